import { AppError } from '#libs/kernel/index.js';

export class ExecutionOver extends AppError {
  readonly code = 'execution.over';
  readonly kind = 'conflict';
  constructor(status: string) {
    super(`The execution is already ${status}; there is nothing left to stop.`);
  }
}

export class TeamInactive extends AppError {
  readonly code = 'team.inactive';
  readonly kind = 'conflict';
  constructor(name: string) {
    super(`The team "${name}" is not active. Set is_active to true to run it.`);
  }
}

export class AgentsNotReady extends AppError {
  readonly code = 'agent.not-ready';
  readonly kind = 'conflict';
  constructor(agents: readonly { readonly name: string; readonly why: string }[]) {
    super(`The team cannot run: ${agents.map(({ name, why }) => `${name} ${why}`).join(', ')}.`);
  }
}

/** The team was valid when it was saved; what it refers to has changed since. */
export class PlanInvalid extends AppError {
  readonly code = 'team.plan-invalid';
  readonly kind = 'conflict';
  constructor(problems: readonly { readonly path: string; readonly message: string }[]) {
    super(
      `The team's workflow can no longer run: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    );
  }
}

export class OtherTeam extends AppError {
  readonly code = 'execution.other-team';
  readonly kind = 'broken';
  constructor() {
    super('team_id differs from the team in the path', {
      errors: { team_id: ['must be the team of the path, or absent'] },
    });
  }
}

export class ExecutionNotOver extends AppError {
  readonly code = 'execution.not-over';
  readonly kind = 'conflict';
  constructor() {
    super('The execution is not over yet. Wait for its end or stop it; then it can be repaired.');
  }
}

export class NothingToRetry extends AppError {
  readonly code = 'execution.nothing-to-retry';
  readonly kind = 'conflict';
  constructor() {
    super('Every step of the execution ended well: there is nothing to retry. To run part of it again, use rerun.');
  }
}

export class CancelledNotReplayed extends AppError {
  readonly code = 'execution.cancelled-not-replayed';
  readonly kind = 'conflict';
  constructor() {
    super('The execution was cancelled: only one that completed or failed can be replayed. Retry goes on with it.');
  }
}
