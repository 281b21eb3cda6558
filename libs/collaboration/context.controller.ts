import { Controller, Get, Query } from '@nestjs/common';
import { ExecutionArchived, ExecutionNotFound, Journal } from '#libs/journal/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id } from '#libs/platform/http/index.js';
import { Fails } from '#libs/platform/openapi/index.js';
import type { JournalEvent } from '#libs/workflow/index.js';
import { ContextVersionUnknown } from './context.errors.js';
import { ContextDiffQuery, ContextDiffView, ContextQuery, ContextView } from './context.views.js';
import { type Asked, type ContextAt, contextAt } from './context-at.js';
import { ownEvents } from './own-events.js';

/** The variables that the agents of a run share. The owner's alone. */
@Controller('api/v1/executions/:id/context')
export class ContextController {
  constructor(private readonly journal: Journal) {}

  /**
   * The variables that a run shares among its agents. As they are now, or as they were with an earlier version, and how
   * they came to be so: every change, oldest first.
   */
  @Get()
  @Allow('execution:read')
  @Fails(ExecutionNotFound, ExecutionArchived, ContextVersionUnknown)
  async get(@Actor() actor: ActorRef, @Id() id: string, @Query() query: ContextQuery): Promise<ContextView> {
    const events = await ownEvents(this.journal, actor, id);
    return ContextView.of(id, events, found(events, 'version', query));
  }

  /** What is different between two versions of the shared variables. Without `to` up to now, without `from` by one step. */
  @Get('diff')
  @Allow('execution:read')
  @Fails(ExecutionNotFound, ExecutionArchived, ContextVersionUnknown)
  async diff(@Actor() actor: ActorRef, @Id() id: string, @Query() query: ContextDiffQuery): Promise<ContextDiffView> {
    const events = await ownEvents(this.journal, actor, id);
    const to = found(events, 'to', query.to === undefined ? {} : { version: query.to });
    const from = found(events, 'from', { version: query.from ?? to.version - 1 });
    return ContextDiffView.of(id, from, to);
  }
}

function found(events: readonly JournalEvent[], field: string, asked: Asked): ContextAt {
  const context = contextAt(events, asked);
  if (context) return context;
  throw new ContextVersionUnknown(field, contextAt(events)?.latest ?? 0);
}
