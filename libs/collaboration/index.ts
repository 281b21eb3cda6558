export { approvalWrites } from './approval-writes.js';
export { CollaborationModule } from './collaboration.module.js';
export { Nudges } from './nudges.js';
