import { Controller, Get, Header, Headers, Query, StreamableFile } from '@nestjs/common';
import { ExecutionArchived, ExecutionNotFound } from '#libs/journal/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, type Credential, Id, NoStore, Shown } from '#libs/platform/http/index.js';
import { Fails, Media } from '#libs/platform/openapi/index.js';
import { LiveService } from './live.service.js';
import { EventsQuery } from './live.views.js';

const NUMBER = /^\d{1,15}$/;
const EVENT_STREAM = 'text/event-stream';

@Controller('api/v1/executions')
export class EventsController {
  constructor(private readonly live: LiveService) {}

  /**
   * What happens in a run, while it happens: Server-Sent Events. Public events are numbered from 1 without gaps, each
   * with its number as `id`; the stream ends after `execution.finished`. The `data` of each names its `type`, `at`, and
   * where they are known `step_id`, `agent_id` and `attempt`. Besides `execution.*` and `step.*` there are `tool.called`,
   * `tool.completed` and `tool.failed` (`tool`: which call of which turn), `context.changed` (`context`: what was written
   * to which variable, with which version), `message.sent` (`message`), `approval.requested` and `approval.decided`
   * (`approval`). Text comes as `step.delta` without an id. Types that a client does not know are to be ignored.
   * @param lastEventId The stream goes on behind this event.
   */
  @Get(':id/events')
  @Allow('execution:read', { queryToken: true })
  @NoStore()
  @Header('x-accel-buffering', 'no')
  @Media(EVENT_STREAM)
  @Fails(ExecutionNotFound, ExecutionArchived)
  async events(
    @Actor() actor: ActorRef,
    @Shown() shown: Credential,
    @Id() id: string,
    @Query() { after = 0 }: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Promise<StreamableFile> {
    const stream = await this.live.open({ actor, shown }, id, numberOf(lastEventId) ?? after);
    return new StreamableFile(stream, { type: EVENT_STREAM });
  }
}

/** The browser sends this header of its own accord when it comes back, so a malformed one counts as none. */
function numberOf(lastEventId: string | undefined): number | null {
  return lastEventId !== undefined && NUMBER.test(lastEventId) ? Number(lastEventId) : null;
}
