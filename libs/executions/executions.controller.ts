import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExecutionNotFound, OpenLimitReached } from '#libs/journal/index.js';
import { type ActorRef, isUuid } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent, preferredWaitSeconds } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { TeamNotFound } from '#libs/teams/index.js';
import { AcceptanceService } from './acceptance.service.js';
import { AgentsNotReady, ExecutionOver, OtherTeam, PlanInvalid, TeamInactive } from './execution.errors.js';
import {
  ExecuteBody,
  ExecutionResultView,
  ExecutionStatusView,
  ExecutionSummaryView,
  ExecutionView,
  ListQuery,
  LogsQuery,
} from './execution.views.js';
import { ExecutionAnswers } from './execution-answers.js';
import { ExecutionsService } from './executions.service.js';
import { type LogLine, logsOf } from './logs.js';

const OPEN = ['pending', 'running'] as const;

/** Runs of teams. Everything here is the owner's alone; whoever else asks finds nothing. */
@Controller('api/v1')
export class ExecutionsController {
  constructor(
    private readonly acceptance: AcceptanceService,
    private readonly executions: ExecutionsService,
    private readonly answers: ExecutionAnswers,
  ) {}

  /**
   * Runs a team. The answer comes when the run is safely recorded; with `Prefer: wait=N` it comes with the result, or
   * after N seconds.
   */
  @Post('teams/:id/execute')
  @HttpCode(200)
  @Allow('execution:create')
  @Idempotent()
  @Fails(TeamNotFound, TeamInactive, AgentsNotReady, PlanInvalid, OtherTeam, OpenLimitReached)
  async execute(
    @Actor() actor: ActorRef,
    @Id() teamId: string,
    @Body() body: ExecuteBody,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    const accepted = await this.acceptance.accept(actor, teamId, body);
    return this.answers.accepted(actor, accepted, prefer, reply);
  }

  /**
   * The caller's runs, newest first. With `status` or `user_id` and without `offset` they come as `executions` of an
   * object.
   */
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

  /** How far a run has come. Which agents wait, work or are done, and what the run is waiting for. */
  @Get('executions/:id')
  @Allow('execution:read')
  @Fails(ExecutionNotFound)
  async get(@Actor() actor: ActorRef, @Id() id: string): Promise<ExecutionStatusView> {
    const { row, state } = await this.executions.get(actor, id);
    return ExecutionStatusView.of(row, state);
  }

  /** How far a run has come, at a second address. The answer is the same as without `/status`. */
  @Get('executions/:id/status')
  @Allow('execution:read')
  @Fails(ExecutionNotFound)
  async status(@Actor() actor: ActorRef, @Id() id: string): Promise<ExecutionStatusView> {
    const { row, state } = await this.executions.get(actor, id);
    return ExecutionStatusView.of(row, state);
  }

  /**
   * What a run has brought so far. Results, tokens and cost by agent; with `Prefer: wait=N` the answer waits for the end
   * of the run, at most N seconds.
   */
  @Get('executions/:id/result')
  @Allow('execution:read')
  @Fails(ExecutionNotFound)
  async result(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionResultView> {
    const known = await this.executions.get(actor, id);
    return this.answers.resultWithin(actor, known, preferredWaitSeconds(prefer), reply);
  }

  /** What happened in a run, for people. Oldest first, read from the same journal that the run is recovered from. */
  @Get('executions/:id/logs')
  @Allow('execution:read')
  @Fails(ExecutionNotFound)
  async logs(@Actor() actor: ActorRef, @Id() id: string, @Query() query: LogsQuery): Promise<readonly LogLine[]> {
    const { events, state } = await this.executions.recorded(actor, id);
    const { limit = 100, offset = 0, log_types = [], agent_id } = query;
    return logsOf(events, state)
      .filter(({ level }) => log_types.length === 0 || log_types.includes(level))
      .filter((line) => agent_id === undefined || line.agent_id === agent_id)
      .slice(offset, offset + limit);
  }

  /** Stops a run. Steps under way are cut off. */
  @Post('executions/:id/stop')
  @HttpCode(200)
  @Allow('execution:stop')
  @Fails(ExecutionNotFound, ExecutionOver)
  async stop(@Actor() actor: ActorRef, @Id() id: string): Promise<Done> {
    await this.executions.stop(actor, id);
    return done('Execution stopped');
  }

  /** Deletes a run with everything recorded of it. One that goes on is stopped first. */
  @Delete('executions/:id')
  @Allow('execution:delete')
  @Fails(ExecutionNotFound)
  async remove(@Actor() actor: ActorRef, @Id() id: string): Promise<Done> {
    await this.executions.remove(actor, id);
    return done('Execution deleted');
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
