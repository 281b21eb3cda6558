import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ActorRef, isUuid } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { Actor, Allow, Id, Idempotent, preferredWaitSeconds } from '#libs/platform/http/index.js';
import { AcceptanceService } from './acceptance.service.js';
import {
  ExecuteBody,
  ExecutionResultView,
  ExecutionStatusView,
  ExecutionSummaryView,
  ExecutionView,
  ListQuery,
  LogsQuery,
} from './execution.views.js';
import { ExecutionsService } from './executions.service.js';
import { type LogLine, logsOf } from './logs.js';

const OPEN = ['pending', 'running'] as const;

/** Runs of teams. Everything here is the owner's alone; whoever else asks finds nothing. */
@Controller('api/v1')
export class ExecutionsController {
  constructor(
    private readonly acceptance: AcceptanceService,
    private readonly executions: ExecutionsService,
    private readonly database: Database,
  ) {}

  @Post('teams/:id/execute')
  @HttpCode(200)
  @Allow('execution:create')
  @Idempotent()
  async execute(
    @Actor() actor: ActorRef,
    @Id() teamId: string,
    @Body() body: ExecuteBody,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    const { row, state } = await this.acceptance.accept(actor, teamId, body);
    reply.header('renum-durability', this.database.durability);
    const waitSeconds = preferredWaitSeconds(prefer);
    if (waitSeconds !== null) return this.#resultWithin(actor, row.id, waitSeconds, reply);
    // What was accepted is pending to whoever asked for it, even where its first step has begun in the same commit.
    return ExecutionView.of(row, state.phase === 'open' ? { ...state, status: 'pending', startedAt: null } : state);
  }

  @Get('executions')
  @Allow('execution:read')
  async list(
    @Actor() actor: ActorRef,
    @Query() query: ListQuery,
  ): Promise<readonly ExecutionView[] | { readonly executions: readonly ExecutionSummaryView[] }> {
    const { status, team_id, user_id, limit = 10, offset } = query;
    const isForeign = user_id !== undefined && user_id !== actor.id;
    const isUnknownTeam = team_id !== undefined && !isUuid(team_id);
    const statuses = status === 'active' ? OPEN : status && [status];
    const filter = { limit, offset: offset ?? 0, ...(team_id && { teamId: team_id }), ...(statuses && { statuses }) };
    const found = isForeign || isUnknownTeam ? [] : await this.executions.list(actor, filter);
    const isPanel = (status !== undefined || user_id !== undefined) && offset === undefined;
    if (isPanel) return { executions: found.map(({ row, state }) => ExecutionSummaryView.of(row, state)) };
    return found.map(({ row, state }) => ExecutionView.of(row, state));
  }

  @Get('executions/:id')
  @Allow('execution:read')
  async get(@Actor() actor: ActorRef, @Id() id: string): Promise<ExecutionStatusView> {
    const { row, state } = await this.executions.get(actor, id);
    return ExecutionStatusView.of(row, state);
  }

  @Get('executions/:id/status')
  @Allow('execution:read')
  async status(@Actor() actor: ActorRef, @Id() id: string): Promise<ExecutionStatusView> {
    const { row, state } = await this.executions.get(actor, id);
    return ExecutionStatusView.of(row, state);
  }

  @Get('executions/:id/result')
  @Allow('execution:read')
  async result(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionResultView> {
    return this.#resultWithin(actor, id, preferredWaitSeconds(prefer), reply);
  }

  @Get('executions/:id/logs')
  @Allow('execution:read')
  async logs(@Actor() actor: ActorRef, @Id() id: string, @Query() query: LogsQuery): Promise<readonly LogLine[]> {
    const { events, state } = await this.executions.get(actor, id);
    const { limit = 100, offset = 0, log_types = [], agent_id } = query;
    return logsOf(events, state)
      .filter(({ level }) => log_types.length === 0 || log_types.includes(level))
      .filter((line) => agent_id === undefined || line.agent_id === agent_id)
      .slice(offset, offset + limit);
  }

  @Post('executions/:id/stop')
  @HttpCode(200)
  @Allow('execution:stop')
  async stop(@Actor() actor: ActorRef, @Id() id: string): Promise<Done> {
    await this.executions.stop(actor, id);
    return done('Execution stopped');
  }

  @Delete('executions/:id')
  @Allow('execution:delete')
  async remove(@Actor() actor: ActorRef, @Id() id: string): Promise<Done> {
    await this.executions.remove(actor, id);
    return done('Execution deleted');
  }

  async #resultWithin(
    actor: ActorRef,
    id: string,
    waitSeconds: number | null,
    reply: FastifyReply,
  ): Promise<ExecutionResultView> {
    if (waitSeconds !== null) reply.header('preference-applied', `wait=${waitSeconds}`);
    const waitMs = (waitSeconds ?? 0) * 1_000;
    const { row, state } = await (waitMs > 0
      ? this.executions.whenOver(actor, id, waitMs)
      : this.executions.get(actor, id));
    return ExecutionResultView.of(row, state);
  }
}

export interface Done {
  readonly success: true;
  readonly status: 'success';
  readonly message: string;
}

function done(message: string): Done {
  return { success: true, status: 'success', message };
}
