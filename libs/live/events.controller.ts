import { Controller, Get, Header, Headers, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces } from '@nestjs/swagger';
import type { ActorRef } from '#libs/kernel/index.js';
import { Actor, Allow, Id, NoStore } from '#libs/platform/http/index.js';
import { LiveService } from './live.service.js';
import { EventsQuery } from './live.views.js';

const NUMBER = /^\d{1,15}$/;

@Controller('api/v1/executions')
export class EventsController {
  constructor(private readonly live: LiveService) {}

  /**
   * Server-Sent Events of a run: all behind `Last-Event-ID` (or `after`), then each as it happens; the stream ends
   * after `execution.finished`.
   */
  @Get(':id/events')
  @Allow('execution:read', { queryToken: true })
  @NoStore()
  @ApiProduces('text/event-stream')
  @Header('x-accel-buffering', 'no')
  // A stream lives as long as its connection; kept alive, the idle rest would hold up a server that closes.
  @Header('connection', 'close')
  async events(
    @Actor() actor: ActorRef,
    @Id() id: string,
    @Query() { after }: EventsQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): Promise<StreamableFile> {
    const stream = await this.live.open(actor, id, numberOf(lastEventId) ?? after);
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }
}

/** The browser sends this header of its own accord when it comes back, so a malformed one counts as none. */
function numberOf(lastEventId: string | undefined): number | null {
  return lastEventId !== undefined && NUMBER.test(lastEventId) ? Number(lastEventId) : null;
}
