import { AppError } from '#libs/kernel/index.js';

/** There is no such agent, or it belongs to somebody else: the two answer alike. */
export class AgentNotFound extends AppError {
  readonly code = 'agent.not-found';
  readonly kind = 'missing';

  constructor() {
    super('There is no agent with this id.');
  }
}

/** Somebody still refers to the agent; the text says who. */
export class AgentInUse extends AppError {
  readonly code = 'agent.in-use';
  readonly kind = 'conflict';

  constructor(users: readonly string[]) {
    super(`The agent still belongs to ${users.join(', ')}. Take it out there first.`);
  }
}
