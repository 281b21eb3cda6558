import { Injectable } from '@nestjs/common';
import { AgentsService } from '#libs/agents/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
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

  /** The teams of a new installation. Does nothing for an actor who has a team already, so it may be called again. */
  async createFirst(actor: ActorRef): Promise<readonly TemplateTeam[]> {
    const { total } = await this.teams.list(actor, { activeOnly: false, page: 1, limit: 1 });
    const created: TemplateTeam[] = [];
    for (const template of total > 0 ? [] : TEMPLATES.filter(({ isFirst }) => isFirst)) {
      created.push({ team: await this.create(actor, template), examplePrompt: template.examplePrompt });
    }
    return created;
  }

  /** Not one transaction: what fails may leave agents behind. */
  async create(actor: ActorRef, template: Template): Promise<Team> {
    const agentIds = new Map<string, string>();
    for (const { key, name, description, role, instructions, simulation } of template.agents) {
      const system_prompt = `${instructions}\n\n${simulation}`;
      const agent = await this.agents.create(actor, { name, description, role, model: `sim/${key}`, system_prompt });
      agentIds.set(key, agent.id);
    }
    return this.teams.create(actor, {
      name: template.name,
      description: template.description,
      agentIds: [...agentIds.values()],
      workflow: template.workflow((key) => agentIds.get(key) ?? key),
      config: {},
    });
  }
}
