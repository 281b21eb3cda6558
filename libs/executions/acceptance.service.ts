import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import { type ExecutionRow, Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock, Invalid } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { crashPoint } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { type KeyChanges, NO_KEYS, ProviderKeys, servicesIn } from '#libs/providers/index.js';
import { TeamsService } from '#libs/teams/index.js';
import { compile, type ExecutionStarted, JOURNAL_FORMAT, type Plan, type State } from '#libs/workflow/index.js';
import { beginning } from './beginning.js';
import { Engine } from './engine.js';
import { AgentsNotReady, OtherTeam, PlanInvalid, TeamInactive } from './execution.errors.js';
import type { ExecuteBody } from './execution.views.js';
import { ExecutionsService, type Standing } from './executions.service.js';
import { executionHolder } from './key-holder.js';
import { frozen } from './snapshot.js';

/** From a request to a committed execution. */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly teams: TeamsService,
    private readonly agents: AgentsService,
    private readonly keys: ProviderKeys,
    private readonly journal: Journal,
    private readonly tail: Tail,
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly config: RenumConfig,
    private readonly executions: ExecutionsService,
    private readonly audit: Audit,
  ) {}

  /**
   * Accepts a run of the team and resolves once it is committed: from then on it is never lost. Its first steps are in
   * the same transaction, and so are the keys it was given, sealed. Called again with the same claimed id (an
   * idempotency key after a crash), it finds the execution that is there, whatever became of its team since. Throws
   * `OpenLimitReached` when the user has too many open ones.
   */
  async accept(actor: ActorRef, teamId: string, body: ExecuteBody): Promise<Standing> {
    if (body.team_id != null && body.team_id !== teamId) throw new OtherTeam();
    refuseWhatIsNotKept(body);
    const id = newResourceId();
    try {
      return await this.#begin(actor, id, teamId, body);
    } catch (refusal) {
      // Looked for only now: an id that is claimed twice is rare, and every other request would pay for the question.
      if (await this.journal.find(id)) return this.executions.get(actor, id);
      throw refusal;
    }
  }

  async #begin(actor: ActorRef, id: string, teamId: string, body: ExecuteBody): Promise<Standing> {
    const team = await this.teams.get(actor, teamId);
    if (!team.isActive) throw new TeamInactive(team.name);
    const plan = compile(team.workflow);
    if (Array.isArray(plan)) throw new PlanInvalid(plan);

    const keys = body.user_api_keys ?? NO_KEYS;
    const { initial_prompt: prompt } = body;
    const started = await this.#started(actor, id, { id: teamId, name: team.name, prompt, plan, keys });
    const { events, state } = beginning(started, this.clock.now(), Math.random());
    crashPoint('acceptance.before-commit');
    const execution = { id, userId: actor.id, teamId, owner: this.engine.owner };
    const details = { team_id: teamId, ...(started.keyServices && { key_services: started.keyServices }) };
    const line = this.audit.line({ actor, did: 'execution.accepted', to: id, details });
    const sealed = this.keys.writesFor(executionHolder(started), keys);
    await this.journal.begin(execution, events, this.config.limits.concurrentExecutions, [line, ...sealed]);
    crashPoint('acceptance.committed');
    this.tail.publish(id, events);
    this.engine.begin(id, state, events);
    return { row: rowOf(actor, started, state), state };
  }

  async #started(
    actor: ActorRef,
    executionId: string,
    run: {
      readonly id: string;
      readonly name: string;
      readonly prompt: string;
      readonly plan: Plan;
      readonly keys: KeyChanges;
    },
  ): Promise<ExecutionStarted> {
    const ids = run.plan.nodes.map(({ agentId }) => agentId);
    const agents = await this.agents.snapshotsOf(actor.id, ids);
    const unready = ids.flatMap((agentId) => {
      const agent = agents.get(agentId);
      if (!agent) return [{ name: agentId, why: 'does not exist any more' }];
      const { status, snapshot } = agent;
      return status === 'inactive' || status === 'error' ? [{ name: snapshot.name, why: `is ${status}` }] : [];
    });
    if (unready.length > 0) throw new AgentsNotReady(unready);
    const known = [...agents.values()];
    const keyServices = servicesIn(run.keys);
    return {
      kind: 'execution-started',
      format: JOURNAL_FORMAT,
      executionId,
      userId: actor.id,
      teamId: run.id,
      teamName: run.name,
      prompt: run.prompt,
      plan: run.plan,
      agents: Object.fromEntries(known.map(({ snapshot }) => [snapshot.id, frozen(snapshot)])),
      prices: Object.fromEntries(known.map(({ snapshot, price }) => [snapshot.model ?? '', price])),
      ...(keyServices.length > 0 && { keyServices }),
    };
  }
}

function rowOf({ id: userId }: ActorRef, { executionId, teamId }: ExecutionStarted, state: State): ExecutionRow {
  const { status, lastAt: createdAt, startedAt, finishedAt } = state;
  return { id: executionId, userId, teamId, status, createdAt, startedAt, finishedAt };
}

/** What cannot be honoured yet is refused, never dropped in silence. */
function refuseWhatIsNotKept({ execution_config }: ExecuteBody): void {
  if (execution_config?.budget_usd != null) {
    throw new Invalid({
      'execution_config.budget_usd': ['must be absent: this release cannot hold a run to a budget'],
    });
  }
}
