import { AppError } from '#libs/kernel/index.js';

/** Somebody appended since the owner last looked: it reads the tail and decides again; no caller ever sees this. */
export class SeqTaken extends AppError {
  readonly code = 'journal.seq-taken';
  readonly kind = 'conflict';
  constructor() {
    super('Something happened to the execution in between.');
  }
}

export class OwnershipLost extends AppError {
  readonly code = 'journal.ownership-lost';
  readonly kind = 'conflict';
  constructor() {
    super('Another process has taken the execution over.');
  }
}

/** Unknown and foreign executions are one and the same to a caller. */
export class ExecutionNotFound extends AppError {
  readonly code = 'execution.not-found';
  readonly kind = 'missing';
  constructor() {
    super('Execution not found');
  }
}

/** The execution is known, but its journal is older than what is kept. */
export class ExecutionArchived extends AppError {
  readonly code = 'execution.archived';
  readonly kind = 'gone';
  constructor() {
    super('The events of this execution are no longer kept; its result still is.');
  }
}

export class AlreadyBegun extends AppError {
  readonly code = 'execution.already-begun';
  readonly kind = 'conflict';
  constructor() {
    super('This execution has already begun.');
  }
}

export class OpenLimitReached extends AppError {
  readonly code = 'execution.limit-reached';
  readonly kind = 'limited';
  constructor(limit: number) {
    super(`Maximum number of concurrent executions (${limit}) reached. Wait for one to end, or stop one.`, {
      retryAfterSeconds: 5,
    });
  }
}
