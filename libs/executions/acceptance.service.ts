import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import { compile } from '#libs/compiler/index.js';
import { type ActorRef, derivedOnce, Invalid } from '#libs/kernel/index.js';
import { type KeyChanges, NO_KEYS, servicesIn } from '#libs/providers/index.js';
import { type Team, TeamsService } from '#libs/teams/index.js';
import { type ExecutionStarted, JOURNAL_FORMAT, type Plan } from '#libs/workflow/index.js';
import { Beginnings } from './beginnings.js';
import { AgentsNotReady, OtherTeam, PlanInvalid, TeamInactive } from './execution.errors.js';
import type { ExecuteBody } from './execution.views.js';
import type { Standing } from './executions.service.js';
import { frozen } from './snapshot.js';

/** A team that is remembered is compiled once, however often it runs. */
const planOf = derivedOnce((workflow: Team['workflow']) => compile(workflow));

/** From a request to a committed execution. */
@Injectable()
export class AcceptanceService {
  constructor(
    private readonly teams: TeamsService,
    private readonly agents: AgentsService,
    private readonly beginnings: Beginnings,
  ) {}

  /** Accepts a run of the team and resolves once it is committed. Called again with the same claimed id, it finds it. */
  async accept(actor: ActorRef, teamId: string, body: ExecuteBody): Promise<Standing> {
    if (body.team_id != null && body.team_id !== teamId) throw new OtherTeam();
    refuseWhatIsNotKept(body);
    return this.beginnings.once(actor, (id) => this.#begin(actor, id, teamId, body));
  }

  async #begin(actor: ActorRef, id: string, teamId: string, body: ExecuteBody): Promise<Standing> {
    const team = await this.teams.get(actor, teamId);
    if (!team.isActive) throw new TeamInactive(team.name);
    const plan = planOf(team.workflow);
    if (Array.isArray(plan)) throw new PlanInvalid(plan);

    const keys = body.user_api_keys ?? NO_KEYS;
    const { initial_prompt: prompt } = body;
    const started = await this.#started(actor, id, { id: teamId, name: team.name, prompt, plan, keys });
    return this.beginnings.commit(actor, { started, keys, did: 'execution.accepted' });
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

/** What cannot be honoured yet is refused, never dropped in silence. */
function refuseWhatIsNotKept({ execution_config }: ExecuteBody): void {
  if (execution_config?.budget_usd != null) {
    throw new Invalid({
      'execution_config.budget_usd': ['must be absent: this release cannot hold a run to a budget'],
    });
  }
}
