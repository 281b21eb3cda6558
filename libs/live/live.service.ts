import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock } from '#libs/kernel/index.js';
import { NotHere } from '#libs/platform/http/index.js';
import type { Sources } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { ExecutionArchived } from './live.errors.js';

/** How long a reader may take for the rest when the process ends. */
const DRAIN_MS = 1_000;

/** Every stream that somebody watches in this process. */
@Injectable()
export class LiveService implements BeforeApplicationShutdown {
  readonly #log = new Logger('live');
  readonly #streams = new Set<EventStream>();
  readonly #sources: Sources;
  #isDraining = false;

  constructor(journal: Journal, tail: Tail, clock: Clock) {
    const report = (executionId: string, cause: unknown) =>
      this.#log.warn(`The events of ${executionId} cannot be read, their streams wait: ${String(cause)}`);
    this.#sources = { journal, tail, clock, report };
  }

  /** How many streams are open. */
  get watching(): number {
    return this.#streams.size;
  }

  /**
   * The execution's public events behind number `after`, as Server-Sent Events, until its last one. Only for its owner:
   * throws `NotHere` for foreign executions too, and `ExecutionArchived`. The caller reads the stream or destroys it.
   */
  async open(actor: ActorRef, executionId: string, after: number): Promise<EventStream> {
    const { journal } = this.#sources;
    const row = await journal.find(executionId);
    if (row?.userId !== actor.id) throw new NotHere();
    const first = await journal.publicEvents(executionId, 0, 1);
    if (first.length === 0) throw new ExecutionArchived();

    const stream = new EventStream(executionId, after, this.#sources);
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    stream.feed.start(first, row.finishedAt !== null);
    // A process that is about to end still tells what is on record; the client comes back for the rest, to another.
    if (this.#isDraining) this.#drain(stream);
    return stream;
  }

  /** Ends every stream behind what is on record, where its client can resume. */
  beforeApplicationShutdown(): void {
    this.#isDraining = true;
    for (const stream of this.#streams) this.#drain(stream);
  }

  #drain(stream: EventStream): void {
    stream.feed.drain();
    const forget = this.#sources.clock.after(DRAIN_MS, () => stream.destroy());
    stream.once('close', forget);
  }
}
