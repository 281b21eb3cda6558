import type { Problem } from '#libs/compiler/index.js';
import { AppError } from '#libs/kernel/index.js';

/** Unknown and foreign teams are one and the same to a caller. */
export class TeamNotFound extends AppError {
  readonly code = 'team.not-found';
  readonly kind = 'missing';
  constructor() {
    super('Team not found');
  }
}

/** An answer must not outgrow its question. */
const MOST_NAMED = 100;

/** The workflow breaks rules; `errors` names every place. */
export class WorkflowInvalid extends AppError {
  readonly code = 'team.plan-invalid';
  readonly kind = 'invalid';
  constructor(problems: readonly Problem[]) {
    const errors: Record<string, string[]> = {};
    for (const { path, message } of problems.slice(0, MOST_NAMED)) errors[path] = [...(errors[path] ?? []), message];
    const [first] = problems;
    super(first ? `${first.path} ${first.message}` : 'The workflow is invalid', { errors });
  }
}

export class TeamLimitReached extends AppError {
  readonly code = 'team.limit-reached';
  readonly kind = 'broken';
  constructor(limit: number) {
    super(`Maximum number of teams (${limit}) reached. Delete one first.`);
  }
}

export class AgentLimitReached extends AppError {
  readonly code = 'team.agent-limit-reached';
  readonly kind = 'broken';
  constructor(limit: number) {
    super(`Maximum number of agents in a team (${limit}) reached.`);
  }
}

export class AgentsUnknown extends AppError {
  readonly code = 'team.agents-unknown';
  readonly kind = 'broken';
  constructor(agentIds: readonly string[]) {
    super(`You have no such agents: ${agentIds.join(', ')}.`);
  }
}

export class AlreadyMember extends AppError {
  readonly code = 'team.member-exists';
  readonly kind = 'broken';
  constructor() {
    super('The agent is already a member of this team.');
  }
}

export class MemberNotFound extends AppError {
  readonly code = 'team.member-not-found';
  readonly kind = 'missing';
  constructor() {
    super('The agent is not a member of this team.');
  }
}

export class LastMember extends AppError {
  readonly code = 'team.last-member';
  readonly kind = 'broken';
  constructor() {
    super('A team needs at least one member. Delete the team instead.');
  }
}

/** What others of the team ask of the member that was to go. */
export class MemberNeeded extends AppError {
  readonly code = 'team.member-needed';
  readonly kind = 'broken';
  constructor(needs: readonly string[]) {
    super(`The member cannot be removed: ${needs.join('; ')}.`);
  }
}
