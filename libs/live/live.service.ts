import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { ExecutionArchived, ExecutionNotFound, Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock } from '#libs/kernel/index.js';
import { Authenticator, type Credential } from '#libs/platform/http/index.js';
import type { Sources } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { OpenStreams } from './open-streams.js';

/** How long a reader may take for the rest when the process ends. */
const DRAIN_MS = 1_000;

/** Who watches, and by what right. */
export interface Viewer {
  readonly actor: ActorRef;
  /** What the caller showed; asked again while the stream is open. */
  readonly shown: Credential;
}

/** What people watch in this process while it happens. */
@Injectable()
export class LiveService implements BeforeApplicationShutdown {
  readonly #log = new Logger('live');
  readonly #sources: Sources;
  readonly #streams: OpenStreams<EventStream>;
  #isDraining = false;

  constructor(journal: Journal, tail: Tail, clock: Clock, authenticator: Authenticator) {
    const report = (executionId: string, cause: unknown): void =>
      this.#log.warn(`The events of ${executionId} cannot be read, a stream waits: ${String(cause)}`);
    this.#sources = { journal, tail, clock, report };
    this.#streams = new OpenStreams(authenticator, clock);
  }

  /** How many streams are open. */
  get watching(): number {
    return this.#streams.size;
  }

  /**
   * The execution's public events behind number `after`, as Server-Sent Events, until its last one. Only for its owner:
   * throws `ExecutionNotFound` for foreign executions too, and `ExecutionArchived`. The caller reads the stream or
   * destroys it; it is cut when the viewer would not be let in any more.
   */
  async open({ actor, shown }: Viewer, executionId: string, after: number): Promise<EventStream> {
    const { journal } = this.#sources;
    const row = await journal.find(executionId);
    if (row?.userId !== actor.id) throw new ExecutionNotFound();
    const first = await journal.publicEvents(executionId, 0, 1);
    if (first.length === 0) throw new ExecutionArchived();

    const stream = new EventStream(executionId, after, this.#sources);
    this.#streams.add(stream, shown);
    stream.feed.start(first, row.finishedAt !== null);
    // A process that is about to end still tells what is on record; the client comes back for the rest, to another.
    if (this.#isDraining) this.#drain(stream);
    return stream;
  }

  /** Ends every stream behind what is on record, where its client can resume. */
  beforeApplicationShutdown(): void {
    this.#isDraining = true;
    for (const stream of this.#streams.all()) this.#drain(stream);
  }

  #drain(stream: EventStream): void {
    stream.feed.drain();
    const forget = this.#sources.clock.after(DRAIN_MS, () => stream.destroy());
    stream.once('close', forget);
  }
}
