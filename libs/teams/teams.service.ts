import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import { compile, normalise, type Problem } from '#libs/compiler/index.js';
import { type ActorRef, type AppError, Clock, type JsonObject, type Page, pageOf } from '#libs/kernel/index.js';
import { Audit, type AuditedEvent, changedFields } from '#libs/platform/audit/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { type Tx, UnitOfWork } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { People } from '#libs/platform/people/index.js';
import { type KeyChanges, type KeyHolder, NO_KEYS, ProviderKeys } from '#libs/providers/index.js';
import {
  AgentLimitReached,
  AgentsUnknown,
  MemberNeeded,
  TeamLimitReached,
  TeamNotFound,
  WorkflowInvalid,
} from './team.errors.js';
import type { Team, TeamChange, TeamDraft, TeamFilter } from './team.js';
import { approverProblems, approversOf } from './team-approvers.js';
import { type MemberChange, withChangedMember, withMember, withoutMember } from './team-members.js';
import { TeamRuns } from './team-runs.js';
import { TeamsStore } from './teams.store.js';

/** Teams of the caller. Whatever is not the caller's own is `TeamNotFound`. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly store: TeamsStore,
    private readonly work: UnitOfWork,
    private readonly agents: AgentsService,
    private readonly people: People,
    private readonly runs: TeamRuns,
    private readonly keys: ProviderKeys,
    private readonly clock: Clock,
    private readonly config: RenumConfig,
    private readonly audit: Audit,
  ) {}

  async get(actor: ActorRef, id: string): Promise<Team> {
    const team = await this.store.find(actor.id, id);
    if (!team) throw new TeamNotFound();
    return team;
  }

  /** As the unit sees it; null where the caller has no such team. */
  findIn(tx: Tx, actor: ActorRef, id: string): Promise<Team | null> {
    return this.store.findIn(tx, actor.id, id);
  }

  async list(actor: ActorRef, filter: TeamFilter): Promise<Page<Team>> {
    const [teams, total] = await this.store.list(actor.id, filter);
    return pageOf(teams, total, filter.page, filter.limit);
  }

  /**
   * Throws `WorkflowInvalid` with every problem, `TeamLimitReached`, `AgentLimitReached` or `AgentsUnknown`. Called
   * again with the same claimed id (an idempotency key after a crash), it returns the team that is there.
   */
  async create(actor: ActorRef, draft: TeamDraft, keys: KeyChanges = NO_KEYS): Promise<Team> {
    const team = this.#drafted(actor, draft, newResourceId());
    return this.work.run(async (tx) => {
      const made = await this.#insert(tx, actor, team);
      await this.keys.change(tx, actor, holderOf(made), keys);
      return made;
    });
  }

  /** As `create`, with an id of the caller's making, together with whatever else the unit writes. */
  async add(tx: Tx, actor: ActorRef, draft: TeamDraft, id: string): Promise<Team> {
    return this.#insert(tx, actor, this.#drafted(actor, draft, id));
  }

  /** Fields that `change` does not have stay as they are; a run that has begun keeps the workflow it began with. */
  async update(actor: ActorRef, id: string, change: TeamChange, keys: KeyChanges = NO_KEYS): Promise<Team> {
    const set = (team: Team): Team => ({ ...team, ...change });
    return this.work.run(async (tx) => {
      const team = await this.#change(tx, actor, id, set, { did: 'team.updated' });
      await this.keys.change(tx, actor, holderOf(team), keys);
      return team;
    });
  }

  /** Stops its runs first; they stay readable. */
  async delete(actor: ActorRef, id: string): Promise<Team> {
    const team = await this.get(actor, id);
    const asked = new Set<string>();
    await this.runs.stopOpen(actor, id, asked);
    await this.work.run(async (tx) => {
      if (!(await this.store.findIn(tx, actor.id, id))) throw new TeamNotFound();
      await this.keys.forget(tx, holderOf(team));
      await this.store.delete(tx, actor.id, id);
      await this.audit.record(tx, { actor, did: 'team.deleted', to: id });
    });
    // A run may have been accepted between the two; the others may still be on their way to their end.
    await this.runs.stopOpen(actor, id, asked);
    return team;
  }

  /** Throws `AlreadyMember`, and whatever `create` throws of agents and workflow. */
  async addMember(actor: ActorRef, id: string, agentId: string, said: MemberChange): Promise<Team> {
    const add = (team: Team): Team => withMember(team, agentId, said);
    const done: Done = { did: 'team.member-added', details: { agent_id: agentId } };
    return this.work.run((tx) => this.#change(tx, actor, id, add, done, ofMember(agentId)));
  }

  /** Throws `MemberNotFound`. */
  async changeMember(actor: ActorRef, id: string, agentId: string, change: MemberChange): Promise<Team> {
    const set = (team: Team): Team => withChangedMember(team, agentId, change);
    const done: Done = { did: 'team.member-changed', details: { agent_id: agentId } };
    return this.work.run((tx) => this.#change(tx, actor, id, set, done, ofMember(agentId)));
  }

  /** Throws `MemberNotFound`, `LastMember`, or `MemberNeeded` naming who needs it. */
  async removeMember(actor: ActorRef, id: string, agentId: string): Promise<Team> {
    const remove = (team: Team): Team => withoutMember(team, agentId);
    const done: Done = { did: 'team.member-removed', details: { agent_id: agentId } };
    return this.work.run((tx) => this.#change(tx, actor, id, remove, done, needed));
  }

  #drafted(actor: ActorRef, draft: TeamDraft, id: string): Team {
    const now = this.clock.now();
    return checked({ ...draft, id, userId: actor.id, isActive: true, createdAt: now, updatedAt: now });
  }

  async #insert(tx: Tx, actor: ActorRef, team: Team): Promise<Team> {
    const { id, userId } = team;
    const twin = await this.store.findIn(tx, userId, id);
    if (twin) return twin;
    if ((await this.store.count(tx, userId)) >= this.config.limits.teams) {
      throw new TeamLimitReached(this.config.limits.teams);
    }
    await this.#checkAgents(tx, team);
    await this.#checkApprovers(tx, team);
    await this.store.insert(tx, team);
    await this.audit.record(tx, { actor, did: 'team.created', to: id });
    return team;
  }

  async #change(
    tx: Tx,
    actor: ActorRef,
    id: string,
    how: (team: Team) => Team,
    done: Done,
    refusal: Refusal = invalid,
  ): Promise<Team> {
    const team = await this.store.findIn(tx, actor.id, id);
    if (!team) throw new TeamNotFound();
    const changed = how(team);
    const isRewired = changed.agentIds !== team.agentIds || changed.workflow !== team.workflow;
    const next = { ...(isRewired ? checked(changed, refusal) : changed), updatedAt: this.clock.now() };
    if (isRewired) await this.#checkAgents(tx, next);
    if (isRewired) await this.#checkApprovers(tx, next, refusal);
    await this.store.update(tx, next);
    const details = { ...done.details, fields: changedFields(team, next) };
    await this.audit.record(tx, { actor, did: done.did, to: id, details });
    return next;
  }

  async #checkAgents(tx: Tx, { userId, agentIds }: Team): Promise<void> {
    const { agentsPerTeam } = this.config.limits;
    if (agentIds.length > agentsPerTeam) throw new AgentLimitReached(agentsPerTeam);
    const owned = await this.agents.ownedIds(tx, userId, agentIds);
    const unknown = agentIds.filter((agentId) => !owned.has(agentId));
    if (unknown.length > 0) throw new AgentsUnknown(unknown);
  }

  /** A step that asked somebody who is not there would wait for ever. */
  async #checkApprovers(tx: Tx, team: Team, refusal: Refusal = invalid): Promise<void> {
    const approvers = approversOf(team.workflow);
    if (approvers.length === 0) return;
    const names = approvers.map(({ name }) => name);
    const problems = approverProblems(approvers, await this.people.idsOf(tx, names));
    if (problems.length > 0) throw refusal(problems, team);
  }
}

function holderOf({ id, userId }: Team): KeyHolder {
  return { kind: 'team', id, userId };
}

/** What a change is called in the audit trail. */
interface Done {
  readonly did: AuditedEvent;
  readonly details?: JsonObject;
}

/** What to throw at a team whose workflow cannot run. */
type Refusal = (problems: readonly Problem[], team: Team) => AppError;

/** The team with its workflow in normal form, if that can run. */
function checked(team: Team, refusal: Refusal = invalid): Team {
  const plan = compile(team.workflow, { agentIds: team.agentIds });
  if (Array.isArray(plan)) throw refusal(plan, team);
  return { ...team, workflow: normalise(team.workflow) };
}

const invalid: Refusal = (problems) => new WorkflowInvalid(problems);

/** Whoever sends one member finds its problems where that member sent them. */
function ofMember(agentId: string): Refusal {
  return (problems, { workflow }) => {
    const index = workflow.agents.findIndex(({ agent_id }) => agent_id === agentId);
    const own = `workflow_definition.agents[${index}].`;
    const placed = problems.map((problem) =>
      problem.path.startsWith(own) ? { ...problem, path: problem.path.slice(own.length) } : problem,
    );
    return new WorkflowInvalid(placed);
  };
}

const AGENT = /^workflow_definition\.agents\[(\d+)\]\./;

/** Every problem of the others is a need of them. */
const needed: Refusal = (problems, { workflow }) =>
  new MemberNeeded(
    problems.map(({ path, message }) => {
      const agent = workflow.agents[Number(AGENT.exec(path)?.[1])];
      return agent ? `the agent ${agent.agent_id}: ${path.replace(AGENT, '')} ${message}` : `${path} ${message}`;
    }),
  );
