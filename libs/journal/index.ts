export { ExecutionArchived, ExecutionNotFound, OpenLimitReached, OwnershipLost, SeqTaken } from './journal.errors.js';
export { type Claim, type ExecutionFilter, type ExecutionRow, Journal, type NewExecution } from './journal.js';
export { JournalModule } from './journal.module.js';
export { openJournal } from './open-journal.js';
export { type Delta, type Follower, type Observer, Tail } from './tail.js';
