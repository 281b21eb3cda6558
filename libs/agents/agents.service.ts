import { Injectable } from '@nestjs/common';
import { type ActorRef, Clock, Invalid, isJsonObject } from '#libs/kernel/index.js';
import { Audit, changedFields } from '#libs/platform/audit/index.js';
import { type Tx, UnitOfWork } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { Providers } from '#libs/providers/index.js';
import type { Price } from '#libs/workflow/index.js';
import { AgentRow, type AgentStatus, type ChosenRunner } from './agent.entity.js';
import { AgentInUse, AgentNotFound } from './agent.errors.js';
import type { ChangeAgentBody, CreateAgentBody } from './agent.views.js';
import type { AgentSnapshot, RunnerTarget } from './agent-snapshot.js';
import { AgentUses } from './agent-uses.js';
import { type AgentList, AgentsStore, type RunFacts } from './agents.store.js';
import { describeAgent } from './describe-agent.js';
import { OutputSchemas } from './output-schemas.js';
import { NO_RUNNER, RunnerChoices } from './runner-choices.js';

/** An agent as a run would freeze it now. Only `active` and `draft` ones may run. */
export interface RunnableAgent {
  readonly status: AgentStatus;
  readonly snapshot: AgentSnapshot;
  /** Of its model; null: not in the price table. */
  readonly price: Price | null;
}

export type RevisedAgent = Omit<RunnableAgent, 'status'>;

/** What is absent stays as it is. */
export interface Revision {
  readonly model?: string | null;
  readonly systemPrompt?: string;
}

/** The agents of a user. Nobody else's are ever seen, changed or run. */
@Injectable()
export class AgentsService {
  constructor(
    private readonly store: AgentsStore,
    private readonly work: UnitOfWork,
    private readonly uses: AgentUses,
    private readonly providers: Providers,
    private readonly choices: RunnerChoices,
    private readonly schemas: OutputSchemas,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  list(actor: ActorRef, offset = 0): Promise<AgentList> {
    return this.store.list(actor.id, offset);
  }

  async get(actor: ActorRef, id: string): Promise<AgentRow> {
    const agent = await this.store.find(actor.id, id);
    if (!agent) throw new AgentNotFound();
    return agent;
  }

  async create(actor: ActorRef, body: CreateAgentBody): Promise<AgentRow> {
    await this.#refuseSchema(body);
    const agent = this.#described(actor, body, newResourceId());
    return this.work.run((tx) => this.#insert(tx, actor, agent));
  }

  /**
   * As `create`, with an id of the caller's making, together with whatever else the unit writes. For bodies that a
   * program wrote: a unit has no time to judge the schema of a user.
   */
  add(tx: Tx, actor: ActorRef, body: CreateAgentBody, id: string): Promise<AgentRow> {
    return this.#insert(tx, actor, this.#described(actor, body, id));
  }

  /** What the body does not mention stays. Runs that have begun keep the agent as it was. */
  async change(actor: ActorRef, id: string, body: ChangeAgentBody): Promise<AgentRow> {
    await this.#refuseSchema(body);
    return this.work.run(async (tx) => {
      const agent = await this.#owned(tx, actor, id);
      const runner = this.choices.chosen(body.configuration?.runner, agent, agent);
      const change = { ...describeAgent(body, agent), ...runner, updatedAt: this.clock.now() };
      const changed = Object.assign(new AgentRow(), agent, change);
      const fields = changedFields(agent, changed);
      await this.store.change(tx, id, change);
      await this.audit.record(tx, { actor, did: 'agent.updated', to: id, details: { fields } });
      return changed;
    });
  }

  /** Throws `AgentInUse` naming the teams it is in. */
  remove(actor: ActorRef, id: string): Promise<AgentRow> {
    return this.work.run(async (tx) => {
      const agent = await this.#owned(tx, actor, id);
      const users = await this.uses.of(tx, actor.id, id);
      if (users.length > 0) throw new AgentInUse(users);
      await this.store.remove(tx, id);
      await this.audit.record(tx, { actor, did: 'agent.deleted', to: id });
      return agent;
    });
  }

  /** By id, for those of the ids that are agents of this user: unknown and foreign ones are missing. */
  async snapshotsOf(userId: string, ids: readonly string[]): Promise<ReadonlyMap<string, RunnableAgent>> {
    const facts = await this.store.factsOf(userId, ids);
    return new Map(facts.map((one) => [one.id, this.#runnable(one)]));
  }

  /**
   * An agent as a run froze it, with another model or prompt: a new model finds its runner and price as if the run were
   * accepted now. A runner that was chosen for the agent stays.
   */
  revised(agent: AgentSnapshot, { model = agent.model, systemPrompt = agent.systemPrompt }: Revision): RevisedAgent {
    const price = model === null ? null : this.providers.priceOf(model);
    const { target: _, ...rest } = agent;
    const isChosen = this.#routed(agent.model).runner !== agent.runner;
    const run = isChosen || model === agent.model ? agent : { ...rest, ...this.#routed(model) };
    return { snapshot: { ...run, model, systemPrompt }, price };
  }

  /** Those of the ids that are agents of this user, as the unit sees them. */
  ownedIds(tx: Tx, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.store.ownedIds(tx, userId, ids);
  }

  async #refuseSchema({ output_schema, configuration }: ChangeAgentBody): Promise<void> {
    const said = { output_schema, 'configuration.output_schema': configuration?.output_schema };
    for (const [field, schema] of Object.entries(said)) {
      const refusal = isJsonObject(schema) ? await this.schemas.refusalOf(schema) : null;
      if (refusal) throw new Invalid({ [field]: [refusal] }, 'agent.output-schema-invalid');
    }
  }

  #described(actor: ActorRef, body: CreateAgentBody, id: string): AgentRow {
    const now = this.clock.now();
    const place = { id, userId: actor.id };
    const runner = this.choices.chosen(body.configuration?.runner, place, NO_RUNNER);
    return Object.assign(new AgentRow(), describeAgent(body), runner, place, { createdAt: now, updatedAt: now });
  }

  async #insert(tx: Tx, actor: ActorRef, agent: AgentRow): Promise<AgentRow> {
    // A repeated request whose first try died between commit and answer finds what that one made.
    const made = await this.store.findIn(tx, agent.userId, agent.id);
    if (made) return made;
    await this.store.insert(tx, agent);
    await this.audit.record(tx, { actor, did: 'agent.created', to: agent.id });
    return agent;
  }

  async #owned(tx: Tx, actor: ActorRef, id: string): Promise<AgentRow> {
    const agent = await this.store.findIn(tx, actor.id, id);
    if (!agent) throw new AgentNotFound();
    return agent;
  }

  #runnable(facts: RunFacts): RunnableAgent {
    const snapshot = this.#frozen(facts);
    const price = snapshot.model === null ? null : this.providers.priceOf(snapshot.model);
    return { status: facts.status, snapshot, price };
  }

  #frozen({ id, name, runner, systemPrompt, tools, outputSchema, ...agent }: RunFacts): AgentSnapshot {
    const model = runner ? agent.model : (agent.model ?? this.providers.defaultModel ?? null);
    return {
      id,
      name,
      model,
      systemPrompt,
      ...(runner ? { runner: runner.kind, target: targetOf(runner) } : this.#routed(model)),
      ...(tools && { tools: [...new Set(tools.map((tool) => tool.name))] }),
      ...(isJsonObject(outputSchema) && { outputSchema }),
    };
  }

  /** Also a model without a home goes to `llm`, which says what is missing. */
  #routed(model: string | null): Pick<AgentSnapshot, 'runner' | 'target'> {
    const route = model === null ? null : this.providers.routeOf(model);
    if (route?.to === 'suna') return { runner: 'suna', target: { kind: 'suna', agentId: route.agentId } };
    return { runner: route?.to === 'sim' ? 'sim' : 'llm' };
  }
}

/** Nothing but where: what else a runner needs of the agent it reads when it calls. */
function targetOf(runner: ChosenRunner): RunnerTarget {
  return runner.kind === 'http' ? { kind: 'http', url: runner.url } : runner;
}
