import { Module } from '@nestjs/common';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { ApprovalsStore } from './approvals.store.js';
import { ContextController } from './context.controller.js';
import { MessagesController } from './messages.controller.js';
import { Nudges } from './nudges.js';

/**
 * What the agents of a team share, as people see it, and what they ask of people. Wants `Audit`, `Clock`, `Database`,
 * `Journal` and `Tail` to be global.
 */
@Module({
  controllers: [ApprovalsController, ContextController, MessagesController],
  providers: [ApprovalsService, ApprovalsStore, Nudges],
  exports: [Nudges],
})
export class CollaborationModule {}
