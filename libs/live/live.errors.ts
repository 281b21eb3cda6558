import { AppError } from '#libs/kernel/index.js';

/** The execution is known, but its journal is older than what is kept. */
export class ExecutionArchived extends AppError {
  readonly code = 'execution.archived';
  readonly kind = 'gone';
  constructor() {
    super('The events of this execution are no longer kept; its result still is.');
  }
}
