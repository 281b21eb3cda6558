import { Controller, Get, Query } from '@nestjs/common';
import { ExecutionArchived, ExecutionNotFound, Journal } from '#libs/journal/index.js';
import { type ActorRef, pageOf } from '#libs/kernel/index.js';
import { Actor, Allow, Id } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import { foldAll } from '#libs/workflow/index.js';
import { MessagePageView, MessagesQuery, MessageView } from './messages.views.js';
import { ownEvents } from './own-events.js';

/** What the agents of a run wrote to one another. The owner's alone. */
@Controller('api/v1/executions/:id/messages')
export class MessagesController {
  constructor(private readonly journal: Journal) {}

  /** What agents of a run wrote to one another, page by page. Oldest first; questions and their answers included. */
  @Get()
  @Allow('execution:read')
  @Fails(ExecutionNotFound, ExecutionArchived)
  async list(@Actor() actor: ActorRef, @Id() id: string, @Query() query: MessagesQuery): Promise<MessagePageView> {
    const { messages } = foldAll(await ownEvents(this.journal, actor, id));
    const wanted = MessageView.all(id, Object.values(messages)).filter((one) => MessagesQuery.fits(query, one));
    const { page, limit } = query;
    return pageOf(wanted.slice((page - 1) * limit, page * limit), wanted.length, page, limit);
  }
}
