import { Body, Controller, Delete, Param, Post, Put } from '@nestjs/common';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent } from '#libs/platform/http/index.js';
import { AddMemberBody, ChangeMemberBody } from './member.views.js';
import { TeamView } from './team.views.js';
import { TeamsService } from './teams.service.js';

/** The agents of one team, one by one; each answer is the whole team. */
@Controller('api/v1/teams/:id/members')
@Allow('team:update')
export class MembersController {
  constructor(private readonly teams: TeamsService) {}

  @Post()
  @Idempotent()
  async add(@Actor() actor: ActorRef, @Id() id: string, @Body() body: AddMemberBody): Promise<TeamView> {
    return TeamView.of(await this.teams.addMember(actor, id, body.agent_id, ChangeMemberBody.change(body)));
  }

  @Put(':agent_id')
  async change(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Param('agent_id') agentId: string,
    @Body() body: ChangeMemberBody,
  ): Promise<TeamView> {
    return TeamView.of(await this.teams.changeMember(actor, id, agentId, ChangeMemberBody.change(body)));
  }

  @Delete(':agent_id')
  async remove(@Actor() actor: ActorRef, @Id() id: string, @Param('agent_id') agentId: string): Promise<TeamView> {
    return TeamView.of(await this.teams.removeMember(actor, id, agentId));
  }
}
