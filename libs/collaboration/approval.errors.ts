import { AppError } from '#libs/kernel/index.js';
import type { ApprovalDecision } from '#libs/workflow/index.js';
import type { ApprovalStatus } from './approval.js';

/** Unknown approvals and those of others are one and the same to a caller. */
export class ApprovalNotFound extends AppError {
  readonly code = 'approval.not-found';
  readonly kind = 'missing';
  constructor() {
    super('Approval not found');
  }
}

/** The owner of an execution sees what it waits for, also where others are asked. */
export class NotAsked extends AppError {
  readonly code = 'approval.not-asked';
  readonly kind = 'forbidden';
  constructor() {
    super('The team asks other people to decide this; you can see it because the execution is yours.');
  }
}

const SETTLED: Readonly<Record<Exclude<ApprovalStatus, 'pending'>, string>> = {
  approved: 'it was approved',
  rejected: 'it was rejected',
  expired: 'the time to decide has run out',
  cancelled: 'the execution no longer needs it',
};

export class ApprovalSettled extends AppError {
  readonly code = 'approval.settled';
  readonly kind = 'conflict';
  constructor(status: Exclude<ApprovalStatus, 'pending'>) {
    super(`There is nothing left to decide: ${SETTLED[status]}.`);
  }
}

export class AlreadyDecided extends AppError {
  readonly code = 'approval.already-decided';
  readonly kind = 'conflict';
  constructor(decision: ApprovalDecision) {
    super(`You have already ${decision === 'approve' ? 'approved' : 'rejected'} it; a vote cannot be changed.`);
  }
}
