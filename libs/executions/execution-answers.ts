import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ActorRef } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { preferredWaitSeconds } from '#libs/platform/http/index.js';
import { ExecutionResultView, ExecutionView } from './execution.views.js';
import { ExecutionsService, type Standing } from './executions.service.js';

/** What a caller is told of an execution, now or once it has waited for it. */
@Injectable()
export class ExecutionAnswers {
  constructor(
    private readonly executions: ExecutionsService,
    private readonly database: Database,
  ) {}

  /** Of one that has just been accepted, with how durable that is. */
  async accepted(
    actor: ActorRef,
    accepted: Standing,
    prefer: string | undefined,
    reply: FastifyReply,
  ): Promise<ExecutionView | ExecutionResultView> {
    reply.header('renum-durability', this.database.durability);
    const waitSeconds = preferredWaitSeconds(prefer);
    if (waitSeconds !== null) return this.resultWithin(actor, accepted, waitSeconds, reply);
    const { row, state } = accepted;
    // What was accepted is pending to whoever asked for it, even where its first step has begun in the same commit.
    return ExecutionView.of(row, state.phase === 'open' ? { ...state, status: 'pending', startedAt: null } : state);
  }

  /** Null seconds: as it stands. */
  async resultWithin(
    actor: ActorRef,
    known: Standing,
    waitSeconds: number | null,
    reply: FastifyReply,
  ): Promise<ExecutionResultView> {
    if (waitSeconds !== null) reply.header('preference-applied', `wait=${waitSeconds}`);
    const { row, state } = waitSeconds ? await this.executions.whenOver(actor, known, waitSeconds * 1_000) : known;
    return ExecutionResultView.of(row, state);
  }
}
