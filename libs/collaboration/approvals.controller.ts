import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Idempotent } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { AlreadyDecided, ApprovalNotFound, ApprovalSettled, NotAsked } from './approval.errors.js';
import { ApprovalPageView, ApprovalRecordView, ApprovalsQuery, DecideBody } from './approval.views.js';
import { ApprovalsService } from './approvals.service.js';

/** Steps of teams that wait for people. */
@Controller('api/v1/approvals')
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  /**
   * What the caller is asked, page by page. Newest first; what the caller's own runs ask of others is here too, with
   * `may_decide` false.
   */
  @Get()
  @Allow('approval:read')
  async list(@Actor() actor: ActorRef, @Query() { status, page, limit }: ApprovalsQuery): Promise<ApprovalPageView> {
    return ApprovalPageView.of(await this.approvals.list(actor, { status, page, limit }), actor);
  }

  /** One question and what was said to it. Its id is that of the execution and of the step, with a dot between them. */
  @Get(':id')
  @Allow('approval:read')
  @Fails(ApprovalNotFound)
  async get(@Actor() actor: ActorRef, @Param('id') id: string): Promise<ApprovalRecordView> {
    return ApprovalRecordView.of(await this.approvals.get(actor, id), actor);
  }

  /**
   * Approves or rejects a step. The vote is on record before the answer; when it is the last one needed, the run goes on
   * at once, with what was `edited` in place of what was judged.
   */
  @Post(':id/decide')
  @HttpCode(200)
  @Allow('approval:decide')
  @Idempotent()
  @Fails(ApprovalNotFound, NotAsked, ApprovalSettled, AlreadyDecided)
  async decide(
    @Actor() actor: ActorRef,
    @Param('id') id: string,
    @Body() body: DecideBody,
  ): Promise<ApprovalRecordView> {
    return ApprovalRecordView.of(await this.approvals.decide(actor, id, DecideBody.choice(body)), actor);
  }
}
