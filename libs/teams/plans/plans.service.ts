import { Injectable } from '@nestjs/common';
import { AgentsService, type RunnableAgent } from '#libs/agents/index.js';
import {
  type AgentFacts,
  type Diagnosis,
  type Diagnostic,
  diagnose,
  estimatedTokens,
  type Workflow,
  type WorkflowFacts,
} from '#libs/compiler/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { ProviderKeys, Providers, type Serving, servingOf, type Unserved } from '#libs/providers/index.js';
import { Runners } from '#libs/runners/index.js';
import { TeamsService } from '../teams.service.js';
import { agentFacts } from './agent-facts.js';

/** What a run would do, with the agents it would do it with. */
export interface Planned extends Diagnosis {
  readonly agents: ReadonlyMap<string, RunnableAgent>;
  /** Per attempt of an agent that says nothing else. */
  readonly timeoutMs: number;
}

/** A workflow that belongs to no team yet, or to one that is. */
interface Question {
  readonly workflow: Workflow;
  readonly agentIds: readonly string[];
  readonly teamId: string | null;
  /** What it would be asked; null: not known yet. */
  readonly prompt: string | null;
}

/** About a page, when nobody says what the team will be asked. */
const USUAL_PROMPT_TOKENS = 1_000;

/** Says what a workflow would do, and what is wrong with it, before anything runs. Changes nothing, calls nobody. */
@Injectable()
export class PlansService {
  constructor(
    private readonly teams: TeamsService,
    private readonly agents: AgentsService,
    private readonly runners: Runners,
    private readonly providers: Providers,
    private readonly keys: ProviderKeys,
    private readonly config: RenumConfig,
  ) {}

  /** Throws `TeamNotFound`. */
  async ofTeam(actor: ActorRef, teamId: string, prompt: string | null): Promise<Planned> {
    const { workflow, agentIds, isActive } = await this.teams.get(actor, teamId);
    const planned = await this.#planned(actor, { workflow, agentIds, teamId, prompt });
    return isActive ? planned : { ...planned, diagnostics: [INACTIVE, ...planned.diagnostics] };
  }

  /** Without `agentIds` the agents are those of the workflow. */
  ofWorkflow(
    actor: ActorRef,
    workflow: Workflow,
    agentIds: readonly string[] | null,
    prompt: string | null,
  ): Promise<Planned> {
    const used = agentIds ?? [...new Set(workflow.agents.map(({ agent_id }) => agent_id))];
    return this.#planned(actor, { workflow, agentIds: used, teamId: null, prompt });
  }

  async #planned(actor: ActorRef, { workflow, agentIds, teamId, prompt }: Question): Promise<Planned> {
    const { agentsPerTeam: agentLimit } = this.config.limits;
    const ids = workflow.agents.slice(0, agentLimit).map(({ agent_id }) => agent_id);
    const agents = await this.agents.snapshotsOf(actor.id, ids);
    const facts: WorkflowFacts = {
      agents: await this.#facts(actor, teamId, agents),
      agentLimit,
      promptTokens: prompt === null ? USUAL_PROMPT_TOKENS : estimatedTokens(prompt),
      timeoutMs: this.config.runner.stepTimeoutMs,
    };
    return { ...diagnose(workflow, agentIds, facts), agents, timeoutMs: facts.timeoutMs };
  }

  async #facts(
    { id }: ActorRef,
    teamId: string | null,
    agents: ReadonlyMap<string, RunnableAgent>,
  ): Promise<ReadonlyMap<string, AgentFacts>> {
    const all = [...agents].map(([agentId, agent]) => ({ agentId, agent, serving: this.#servingOf(agent) }));
    const providers = all.flatMap(({ serving }) => (serving && 'provider' in serving ? serving.provider.name : []));
    const keys = await this.keys.haveKeysFor(id, teamId, providers);
    return new Map(
      all.map(({ agentId, agent, serving }) => {
        const absence = this.runners.absenceOf(agent.snapshot);
        return [agentId, agentFacts(agent, { absence, serving, hasKey: (name) => keys.has(name) })];
      }),
    );
  }

  #servingOf({ snapshot: { runner, model } }: RunnableAgent): Serving | Unserved | null {
    if (runner !== 'llm') return null;
    return servingOf(model, this.providers);
  }
}

const INACTIVE: Diagnostic = {
  severity: 'error',
  code: 'team.inactive',
  path: 'is_active',
  message: 'The team is not active, and nobody can run it. Set is_active to true.',
};
