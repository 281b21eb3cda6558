import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Idempotent, PageQuery } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { AgentLimitReached, TeamLimitReached } from '../team.errors.js';
import { TeamView } from '../team.views.js';
import { TemplateNotFound } from './template.errors.js';
import { InstantiateBody, TemplatePageView } from './template.views.js';
import { TemplateTeams } from './template-teams.js';

/** Teams to begin with. */
@Controller('api/v1/templates')
export class TemplatesController {
  constructor(private readonly templates: TemplateTeams) {}

  /** Teams to begin with, page by page. Each with its agents, the model they run on, and something to try it with. */
  @Get()
  @Allow('template:read')
  list(@Query() { page, limit }: PageQuery): TemplatePageView {
    return TemplatePageView.of(this.templates.list(page, limit));
  }

  /** Makes a team out of a template. Its agents are made with it, all of them the caller's own, on the chosen models. */
  @Post(':id/instantiate')
  @Allow('team:create')
  @Idempotent()
  @Fails(TemplateNotFound, TeamLimitReached, AgentLimitReached)
  async instantiate(
    @Actor() actor: ActorRef,
    @Param('id') id: string,
    @Body() body: InstantiateBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TeamView> {
    const team = await this.templates.instantiate(actor, id, InstantiateBody.wish(body));
    reply.header('location', `/api/v1/teams/${team.id}`);
    return TeamView.of(team);
  }
}
