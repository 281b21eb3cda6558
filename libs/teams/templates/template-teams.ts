import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import { type ActorRef, newId } from '#libs/kernel/index.js';
import type { Tx } from '#libs/platform/database/index.js';
import type { Team } from '../team.js';
import { TeamsService } from '../teams.service.js';
import type { Template } from './template.js';
import { TEMPLATES } from './templates.js';

export interface TemplateTeam {
  readonly team: Team;
  /** Something to try it with. */
  readonly examplePrompt: string;
}

/** Makes teams out of templates, with agents of their own on the simulated model. */
@Injectable()
export class TemplateTeams {
  constructor(
    private readonly agents: AgentsService,
    private readonly teams: TeamsService,
  ) {}

  /** The teams of a new installation: all of them in this transaction, or none. */
  async createFirst(tx: Tx, actor: ActorRef): Promise<readonly TemplateTeam[]> {
    const created: TemplateTeam[] = [];
    for (const template of TEMPLATES.filter(({ isFirst }) => isFirst)) {
      created.push({ team: await this.create(tx, actor, template), examplePrompt: template.examplePrompt });
    }
    return created;
  }

  async create(tx: Tx, actor: ActorRef, template: Template): Promise<Team> {
    const agentIds = new Map(template.agents.map(({ key }) => [key, newId()]));
    for (const { key, name, description, role, instructions, simulation } of template.agents) {
      const system_prompt = `${instructions}\n\n${simulation}`;
      const agent = { name, description, role, model: `sim/${key}`, system_prompt };
      await this.agents.add(tx, actor, agent, idOf(agentIds, key));
    }
    const team = {
      name: template.name,
      description: template.description,
      agentIds: [...agentIds.values()],
      workflow: template.workflow((key) => idOf(agentIds, key)),
      config: {},
    };
    return this.teams.add(tx, actor, team, newId());
  }
}

function idOf(agentIds: ReadonlyMap<string, string>, key: string): string {
  const id = agentIds.get(key);
  if (id === undefined) throw new Error(`The template has no agent "${key}".`);
  return id;
}
