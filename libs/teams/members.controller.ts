import { Body, Controller, Delete, Param, Post, Put } from '@nestjs/common';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { AddMemberBody, ChangeMemberBody } from './member.views.js';
import {
  AgentLimitReached,
  AgentsUnknown,
  AlreadyMember,
  LastMember,
  MemberNeeded,
  MemberNotFound,
  TeamNotFound,
  WorkflowInvalid,
} from './team.errors.js';
import { TeamView } from './team.views.js';
import { TeamsService } from './teams.service.js';

/** The agents of one team, one by one; each answer is the whole team. */
@Controller('api/v1/teams/:id/members')
@Allow('team:update')
export class MembersController {
  constructor(private readonly teams: TeamsService) {}

  /** Adds an agent to a team. What the body leaves out follows from the workflow. */
  @Post()
  @Idempotent()
  @Fails(TeamNotFound, AlreadyMember, AgentLimitReached, AgentsUnknown, WorkflowInvalid)
  async add(@Actor() actor: ActorRef, @Id() id: string, @Body() body: AddMemberBody): Promise<TeamView> {
    return TeamView.of(await this.teams.addMember(actor, id, body.agent_id, ChangeMemberBody.change(body)));
  }

  /** Changes how an agent takes part in a team. What is absent stays, and the workflow is compiled again. */
  @Put(':agent_id')
  @Fails(TeamNotFound, MemberNotFound, WorkflowInvalid)
  async change(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Param('agent_id') agentId: string,
    @Body() body: ChangeMemberBody,
  ): Promise<TeamView> {
    return TeamView.of(await this.teams.changeMember(actor, id, agentId, ChangeMemberBody.change(body)));
  }

  /** Takes an agent out of a team. A pipeline is joined together again behind it. */
  @Delete(':agent_id')
  @Fails(TeamNotFound, MemberNotFound, LastMember, MemberNeeded)
  async remove(@Actor() actor: ActorRef, @Id() id: string, @Param('agent_id') agentId: string): Promise<TeamView> {
    return TeamView.of(await this.teams.removeMember(actor, id, agentId));
  }
}
