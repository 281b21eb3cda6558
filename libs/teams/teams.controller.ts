import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { NO_KEYS } from '#libs/providers/index.js';
import { AgentLimitReached, AgentsUnknown, TeamLimitReached, TeamNotFound, WorkflowInvalid } from './team.errors.js';
import { CreateTeamBody, TeamDeletedView, TeamPageView, TeamsQuery, TeamView, UpdateTeamBody } from './team.views.js';
import { TeamsService } from './teams.service.js';

/** Teams: which agents work together, and how. Everything here is the caller's own. */
@Controller('api/v1/teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  /** Creates a team. Its workflow is compiled at once, and every problem of it is named. */
  @Post()
  @Allow('team:create')
  @Idempotent()
  @Fails(WorkflowInvalid, TeamLimitReached, AgentLimitReached, AgentsUnknown)
  async create(
    @Actor() actor: ActorRef,
    @Body() body: CreateTeamBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TeamView> {
    const team = await this.teams.create(actor, CreateTeamBody.draft(body), body.user_api_keys ?? NO_KEYS);
    reply.header('location', `/api/v1/teams/${team.id}`);
    return TeamView.of(team);
  }

  /** The caller's teams, page by page. Newest first; those that are not active only with `active_only=false`. */
  @Get()
  @Allow('team:read')
  async list(@Actor() actor: ActorRef, @Query() query: TeamsQuery): Promise<TeamPageView> {
    return TeamPageView.of(await this.teams.list(actor, TeamsQuery.filter(query)));
  }

  /** One team. Its workflow comes as it was written; a team of somebody else is answered like one that does not exist. */
  @Get(':id')
  @Allow('team:read')
  @Fails(TeamNotFound)
  async get(@Actor() actor: ActorRef, @Id() id: string): Promise<TeamView> {
    return TeamView.of(await this.teams.get(actor, id));
  }

  /** Changes a team. What is absent stays; a run that has begun keeps the workflow it began with. */
  @Put(':id')
  @Allow('team:update')
  @Fails(TeamNotFound, WorkflowInvalid, AgentLimitReached, AgentsUnknown)
  async update(@Actor() actor: ActorRef, @Id() id: string, @Body() body: UpdateTeamBody): Promise<TeamView> {
    return TeamView.of(await this.teams.update(actor, id, UpdateTeamBody.change(body), body.user_api_keys ?? NO_KEYS));
  }

  /** Deletes a team. Its runs are stopped first and stay readable. */
  @Delete(':id')
  @Allow('team:delete')
  @Fails(TeamNotFound)
  async delete(@Actor() actor: ActorRef, @Id() id: string): Promise<TeamDeletedView> {
    return TeamDeletedView.of(await this.teams.delete(actor, id));
  }
}
