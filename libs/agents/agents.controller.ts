import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { AgentInUse, AgentNotFound } from './agent.errors.js';
import { AgentDeletedView, AgentsQuery, AgentView, ChangeAgentBody, CreateAgentBody } from './agent.views.js';
import { AgentsService } from './agents.service.js';

const PATH = 'api/v1/agents';

@Controller(PATH)
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  /** The caller's agents, newest first. Beyond 1,000 agents or 4 MiB a `Link` header says where the list goes on. */
  @Get()
  @Allow('agent:read')
  async list(
    @Actor() actor: ActorRef,
    @Query() { offset }: AgentsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentView[]> {
    const { agents, nextOffset } = await this.agents.list(actor, offset);
    if (nextOffset !== null) reply.header('link', `</${PATH}?offset=${nextOffset}>; rel="next"`);
    return agents.map((agent) => AgentView.of(agent));
  }

  /** One agent. An agent of somebody else is answered like one that does not exist. */
  @Get(':id')
  @Allow('agent:read')
  @Fails(AgentNotFound)
  async get(@Actor() actor: ActorRef, @Id() id: string): Promise<AgentView> {
    return AgentView.of(await this.agents.get(actor, id));
  }

  /** Creates an agent. Flat fields and `configuration` may be mixed; where both speak, `configuration` wins. */
  @Post()
  @Allow('agent:create')
  @Idempotent()
  async create(
    @Actor() actor: ActorRef,
    @Body() body: CreateAgentBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AgentView> {
    const agent = await this.agents.create(actor, body);
    reply.header('location', `/${PATH}/${agent.id}`);
    return AgentView.of(agent);
  }

  /** Changes an agent. What the body does not mention stays; runs that have begun keep the agent as it was. */
  @Put(':id')
  @Allow('agent:update')
  @Fails(AgentNotFound)
  async change(@Actor() actor: ActorRef, @Id() id: string, @Body() body: ChangeAgentBody): Promise<AgentView> {
    return AgentView.of(await this.agents.change(actor, id, body));
  }

  /** Deletes an agent. One that a team still needs stays; runs that have begun keep the agent as it was. */
  @Delete(':id')
  @Allow('agent:delete')
  @Fails(AgentNotFound, AgentInUse)
  async remove(@Actor() actor: ActorRef, @Id() id: string): Promise<AgentDeletedView> {
    const { name } = await this.agents.remove(actor, id);
    return { success: true, status: 'success', message: `Agent "${name}" deleted` };
  }
}
