import { Readable } from 'node:stream';
import type { Delta } from '#libs/journal/index.js';
import { EventFeed, type Sources } from './event-feed.js';
import type { PublicEvent } from './public-event.js';

/** How long a client waits before it comes back to a stream that was cut. */
const RETRY_MS = 3_000;
/** A browser comes back after every end: what is over need not be asked for again soon. */
const RETRY_WHEN_OVER_MS = 86_400_000;
/** What may wait in here for a slow reader, besides the event that fills it. */
const BUFFER_BYTES = 16 * 1024;

/** A feed as Server-Sent Events. Whoever reads it slowly slows the feed; destroying it frees everything. */
export class EventStream extends Readable {
  readonly feed: EventFeed;

  constructor(executionId: string, after: number, sources: Sources) {
    super({ highWaterMark: BUFFER_BYTES });
    this.push(`retry: ${RETRY_MS}\n\n`);
    this.feed = new EventFeed(executionId, after, sources, {
      event: (event) => this.push(eventFrame(event)),
      delta: (delta) => this.push(deltaFrame(delta, executionId)),
      beat: () => this.push(': still here\n\n'),
      end: (isOver) => {
        if (isOver) this.push(`retry: ${RETRY_WHEN_OVER_MS}\n\n`);
        this.push(null);
      },
    });
  }

  override _read(): void {
    this.feed.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.feed.close();
    done(error);
  }
}

function eventFrame(event: PublicEvent): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Without an id: text is never sent again, so nobody can resume behind it. */
function deltaFrame({ step, agentId, attempt, offset, text }: Delta, executionId: string): string {
  const data = { execution_id: executionId, step_id: step, agent_id: agentId, attempt, offset, text };
  return `event: step.delta\ndata: ${JSON.stringify(data)}\n\n`;
}
