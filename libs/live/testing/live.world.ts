import { type Journal, openJournal, Tail } from '#libs/journal/index.js';
import { ManualClock, newId } from '#libs/kernel/index.js';
import { type Database, SqliteDatabase } from '#libs/platform/database/index.js';
import { type EventBody, type JournalEvent, PUBLIC_NAME } from '#libs/workflow/index.js';
import { migrations } from '#migrations/index.js';
import { birth } from './run.builder.js';

/**
 * A journal, its tail and a clock that stands still. Always in memory: what needs nobody else to answer has happened by
 * `settled`.
 */
export interface LiveWorld {
  readonly database: Database;
  readonly journal: Journal;
  readonly tail: Tail;
  readonly clock: ManualClock;
}

export async function liveWorld(): Promise<LiveWorld> {
  const database = await SqliteDatabase.open({ mode: 'ephemeral', reason: 'a test' }, { entities: [], migrations });
  return { database, journal: openJournal(database), tail: new Tail(), clock: new ManualClock() };
}

/** A run, written as its owner would write it. */
export class WrittenRun {
  readonly id = newId();
  #seq = 0;
  #publicSeq = 0;

  constructor(
    private readonly world: LiveWorld,
    private readonly userId = 'u1',
  ) {}

  /** How many public events there are. */
  get length(): number {
    return this.#publicSeq;
  }

  async begin(): Promise<this> {
    const execution = { id: this.id, userId: this.userId, teamId: 't1', owner: 'me' };
    const events = this.#numbered([birth(this.id)]);
    await this.world.journal.begin(execution, events, 1_000_000);
    this.world.tail.publish(this.id, events);
    return this;
  }

  /** Committed, and told to whoever follows. */
  async append(...bodies: EventBody[]): Promise<void> {
    this.world.tail.publish(this.id, await this.appendUnheard(...bodies));
  }

  /** Committed, but the hint is lost. */
  async appendUnheard(...bodies: EventBody[]): Promise<readonly JournalEvent[]> {
    const events = this.#numbered(bodies);
    await this.world.journal.decide(this.id, 1, events);
    return events;
  }

  say(text: string, offset: number, step = 's1', attempt = 1): void {
    this.world.tail.delta(this.id, { step, agentId: 'reader', attempt, offset, text });
  }

  #numbered<B extends EventBody>(bodies: readonly B[]): JournalEvent<B>[] {
    return bodies.map((body) => ({
      seq: ++this.#seq,
      publicSeq: PUBLIC_NAME[body.kind] === null ? null : ++this.#publicSeq,
      at: this.world.clock.now(),
      body,
    }));
  }
}

/** Resolves when everything that promises alone could do is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
