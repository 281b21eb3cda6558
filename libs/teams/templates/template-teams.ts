import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import { type ActorRef, Invalid, newId, type Page, pageOf } from '#libs/kernel/index.js';
import { type Tx, UnitOfWork } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { Providers } from '#libs/providers/index.js';
import type { Team } from '../team.js';
import { TeamsService } from '../teams.service.js';
import { TemplateNotFound } from './template.errors.js';
import { simulatedModel, type Template, type TemplateAgent } from './template.js';
import { TEMPLATES } from './templates.js';

export interface TemplateTeam {
  readonly team: Team;
  /** Something to try it with. */
  readonly examplePrompt: string;
}

/** Models by the key of a template's agent; `*` is for all that are not named. */
export type ModelChoice = ReadonlyMap<string, string>;

export interface Wish {
  /** Left out: the template's. */
  readonly name?: string;
  readonly models: ModelChoice;
}

/** As the template is: its own name, on simulated models. */
const AS_IT_IS: Wish = { models: new Map() };
const ALL_OTHERS = '*';

/** Makes teams out of templates, each with agents of its own. */
@Injectable()
export class TemplateTeams {
  constructor(
    private readonly agents: AgentsService,
    private readonly teams: TeamsService,
    private readonly providers: Providers,
    private readonly work: UnitOfWork,
  ) {}

  list(page: number, limit: number): Page<Template> {
    return pageOf(TEMPLATES.slice((page - 1) * limit, page * limit), TEMPLATES.length, page, limit);
  }

  /**
   * A team and its agents, all of them or none. Throws `TemplateNotFound`, `Invalid` for a model of an agent that the
   * template does not have, and what `TeamsService.create` throws. Called again with the same claimed id (an
   * idempotency key after a crash), it returns the team that is there.
   */
  async instantiate(actor: ActorRef, templateId: string, wish: Wish): Promise<Team> {
    const template = TEMPLATES.find(({ id }) => id === templateId);
    if (!template) throw new TemplateNotFound();
    refuseUnknownAgents(template, wish.models);
    const id = newResourceId();
    return this.work.run(
      async (tx) => (await this.teams.findIn(tx, actor, id)) ?? this.#create(tx, actor, template, wish, id),
    );
  }

  /** The teams of a new installation: all of them in this transaction, or none. */
  async createFirst(tx: Tx, actor: ActorRef): Promise<readonly TemplateTeam[]> {
    const created: TemplateTeam[] = [];
    for (const template of TEMPLATES.filter(({ isFirst }) => isFirst)) {
      const team = await this.#create(tx, actor, template, AS_IT_IS, newId());
      created.push({ team, examplePrompt: template.examplePrompt });
    }
    return created;
  }

  async #create(tx: Tx, actor: ActorRef, template: Template, wish: Wish, id: string): Promise<Team> {
    const agentIds = new Map(template.agents.map(({ key }) => [key, newId()]));
    for (const agent of template.agents) {
      const { name, description, role } = agent;
      const model = wish.models.get(agent.key) ?? wish.models.get(ALL_OTHERS) ?? simulatedModel(agent);
      const body = { name, description, role, model, system_prompt: this.#promptOf(agent, model) };
      await this.agents.add(tx, actor, body, idOf(agentIds, agent.key));
    }
    const team = {
      name: wish.name ?? template.name,
      description: template.description,
      agentIds: [...agentIds.values()],
      workflow: template.workflow((key) => idOf(agentIds, key)),
      config: {},
    };
    return this.teams.add(tx, actor, team, id);
  }

  /** What the simulated model is to say is nothing that another should read. */
  #promptOf({ instructions, simulation }: TemplateAgent, model: string): string {
    return this.providers.routeOf(model).to === 'sim' ? `${instructions}\n\n${simulation}` : instructions;
  }
}

function refuseUnknownAgents({ agents }: Template, models: ModelChoice): void {
  const keys = agents.map(({ key }) => key);
  const unknown = [...models.keys()].filter((key) => key !== ALL_OTHERS && !keys.includes(key));
  const rule = `must be for an agent of this template: ${keys.join(', ')}, or ${ALL_OTHERS} for all that are not named`;
  if (unknown.length > 0) throw new Invalid(Object.fromEntries(unknown.map((key) => [`models.${key}`, [rule]])));
}

function idOf(agentIds: ReadonlyMap<string, string>, key: string): string {
  const id = agentIds.get(key);
  if (id === undefined) throw new Error(`The template has no agent "${key}".`);
  return id;
}
