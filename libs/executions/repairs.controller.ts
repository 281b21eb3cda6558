import { Body, Controller, Headers, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExecutionArchived, ExecutionNotFound, OpenLimitReached } from '#libs/journal/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, Idempotent } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { CancelledNotReplayed, ExecutionNotOver, NothingToRetry } from './execution.errors.js';
import type { ExecutionResultView, ExecutionView } from './execution.views.js';
import { ExecutionAnswers } from './execution-answers.js';
import type { Standing } from './executions.service.js';
import { RepairService } from './repair.service.js';
import { ForkBody, RerunBody, RetryBody } from './repair.views.js';

/** Runs that are made from others which are over: what is recorded there is not run again. */
@Controller('api/v1/executions/:id')
export class RepairsController {
  constructor(
    private readonly repairs: RepairService,
    private readonly answers: ExecutionAnswers,
  ) {}

  /**
   * Goes on with a run that failed or was stopped. In a new run that begins with every step that ended well: only the
   * rest is run. The plan and the agents are those of the first start, whatever became of the team since.
   */
  @Post('retry')
  @Allow('execution:create')
  @Idempotent()
  @Fails(ExecutionNotFound, ExecutionNotOver, NothingToRetry, ExecutionArchived, OpenLimitReached)
  async retry(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Body() body: RetryBody,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    return this.#answer(actor, await this.repairs.retry(actor, id, body), prefer, reply);
  }

  /** Runs a step again and everything that came of it. In a new run that begins with all the others that ended well. */
  @Post('rerun')
  @Allow('execution:create')
  @Idempotent()
  @Fails(ExecutionNotFound, ExecutionNotOver, ExecutionArchived, OpenLimitReached)
  async rerun(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Body() body: RerunBody,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    return this.#answer(actor, await this.repairs.rerun(actor, id, body), prefer, reply);
  }

  /**
   * Runs part of a run again with another model or another prompt. From the first steps of the agents that are changed,
   * unless a step is named; the agents themselves stay as they are.
   */
  @Post('fork')
  @Allow('execution:create')
  @Idempotent()
  @Fails(ExecutionNotFound, ExecutionNotOver, ExecutionArchived, OpenLimitReached)
  async fork(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Body() body: ForkBody,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    return this.#answer(actor, await this.repairs.fork(actor, id, body), prefer, reply);
  }

  /**
   * Tells a run once more from what is recorded of it. Nothing is run and nothing costs anything: the new run ends at
   * once, as the first did.
   */
  @Post('replay')
  @Allow('execution:create')
  @Idempotent()
  @Fails(ExecutionNotFound, ExecutionNotOver, CancelledNotReplayed, ExecutionArchived, OpenLimitReached)
  async replay(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    return this.#answer(actor, await this.repairs.replay(actor, id), prefer, reply);
  }

  #answer(actor: ActorRef, accepted: Standing, prefer: string | undefined, reply: FastifyReply) {
    reply.header('location', `/api/v1/executions/${accepted.row.id}`);
    return this.answers.accepted(actor, accepted, prefer, reply);
  }
}
