import { Module } from '@nestjs/common';
import { ContextController } from './context.controller.js';
import { MessagesController } from './messages.controller.js';

/** What the agents of a team share, as people see it. Wants `Journal` to be global. */
@Module({ controllers: [ContextController, MessagesController] })
export class CollaborationModule {}
