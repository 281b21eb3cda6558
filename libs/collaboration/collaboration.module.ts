import { Module } from '@nestjs/common';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { ApprovalsStore } from './approvals.store.js';
import { Nudges } from './nudges.js';

/** Wants `Audit`, `Clock`, `Database`, `Journal` and `Tail` to be global. */
@Module({
  controllers: [ApprovalsController],
  providers: [ApprovalsService, ApprovalsStore, Nudges],
  exports: [Nudges],
})
export class CollaborationModule {}
