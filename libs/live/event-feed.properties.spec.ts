// Real: the journal on SQLite in memory, and its tail. Its reads answer late, in an order that fast-check chooses.

import fc from 'fast-check';
import type { EventBody, JournalEvent } from '#libs/workflow/index.js';
import { BEAT_MS, EventFeed, JOIN_MS } from './event-feed.js';
import { type LiveWorld, liveWorld, settled, WrittenRun } from './testing/live.world.js';
import { RecordingWatcher } from './testing/recording.watcher.js';
import { ofKind } from './testing/run.builder.js';

/** Appended together, some of them inner events. */
const BATCHES: readonly (readonly EventBody[])[] = [
  [ofKind['step-started']],
  [ofKind['step-added'], { ...ofKind['step-started'], step: 'c1' }],
  [ofKind['step-interrupted']],
  [ofKind['step-retrying'], { ...ofKind['step-started'], step: 's2~2' }, ofKind['step-skipped']],
  [ofKind['execution-taken'], ofKind['step-resumed'], ofKind['step-succeeded']],
];

type Move =
  | { readonly is: 'append'; readonly bodies: readonly EventBody[]; readonly heard: 'at once' | 'late' | 'never' }
  | { readonly is: 'hear' }
  | { readonly is: 'say' }
  | { readonly is: 'answer' }
  | { readonly is: 'fail' }
  | { readonly is: 'fill' }
  | { readonly is: 'empty' }
  | { readonly is: 'reconnect' }
  | { readonly is: 'wait'; readonly ms: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('append' as const),
      bodies: fc.constantFrom(...BATCHES),
      heard: fc.constantFrom('at once' as const, 'late' as const, 'never' as const),
    }),
  },
  { weight: 6, arbitrary: fc.constant({ is: 'answer' as const }) },
  { weight: 4, arbitrary: fc.constant({ is: 'hear' as const }) },
  { weight: 2, arbitrary: fc.constant({ is: 'say' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ is: 'fill' as const }, { is: 'empty' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ is: 'reconnect' as const }, { is: 'fail' as const }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('wait' as const), ms: fc.constantFrom(JOIN_MS, BEAT_MS) }) },
);

/** A client that comes back with the last number it saw, and reads that wait until the test lets them answer. */
class Play {
  readonly watcher = new RecordingWatcher();
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #unheard: (readonly JournalEvent[])[] = [];
  #feed!: EventFeed;
  #said = 0;

  private constructor(
    private readonly world: LiveWorld,
    private readonly run: WrittenRun,
  ) {
    const read = world.journal.publicEvents.bind(world.journal);
    world.journal.publicEvents = async (...asked) => {
      const page = await read(...asked);
      await this.#turn();
      return page;
    };
    this.#connect();
  }

  static async open(world: LiveWorld): Promise<Play> {
    return new Play(world, await new WrittenRun(world).begin());
  }

  async make(move: Move): Promise<void> {
    switch (move.is) {
      case 'append':
        await this.#append(move);
        break;
      case 'hear':
        this.world.tail.publish(this.run.id, this.#unheard.shift() ?? []);
        break;
      case 'say':
        this.run.say('x', this.#said++);
        break;
      case 'answer':
        this.#waiting.shift()?.resolve();
        break;
      case 'fail':
        this.#waiting.shift()?.reject(new Error('the disk is busy'));
        break;
      case 'fill':
        this.watcher.hasRoom = () => false;
        break;
      case 'empty':
        this.watcher.hasRoom = () => true;
        this.#feed.resume();
        break;
      case 'reconnect':
        this.#feed.close();
        this.#connect();
        break;
      case 'wait':
        this.world.clock.advance(move.ms);
        break;
    }
    await settled();
  }

  /** Everything that was slow comes to rest: the run is over, reads answer, the watcher has room. */
  async finish(heard: 'at once' | 'never'): Promise<void> {
    await this.make({ is: 'append', bodies: [ofKind['execution-finished']], heard });
    for (let round = 0; round < 300 && !this.watcher.ended; round++) {
      await this.make({ is: 'answer' });
      await this.make({ is: 'empty' });
      if (round % 10 === 9) await this.make({ is: 'wait', ms: BEAT_MS });
    }
  }

  get isAtRest(): boolean {
    return !this.world.tail.isFollowed(this.run.id) && this.world.clock.waiting === 0;
  }

  get length(): number {
    return this.run.length;
  }

  #connect(): void {
    const { watcher, world } = this;
    const sources = { ...world, report: () => {} };
    this.#feed = new EventFeed(this.run.id, watcher.numbers.at(-1) ?? 0, sources, watcher);
    this.#feed.start([], false);
  }

  async #append({ bodies, heard }: Extract<Move, { is: 'append' }>): Promise<void> {
    const events = await this.run.appendUnheard(...bodies);
    if (heard === 'at once') this.world.tail.publish(this.run.id, events);
    if (heard === 'late') this.#unheard.push(events);
  }

  #turn(): Promise<void> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    return turn.promise;
  }
}

describe('whatever is lost, late, full or cut', () => {
  const count = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

  test('a client has seen exactly 1 to n when the stream ends, and nothing is left behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 40 }), fc.constantFrom('at once', 'never'), async (moves, heard) => {
        const world = await liveWorld();
        try {
          const play = await Play.open(world);
          for (const one of moves) {
            await play.make(one);
            expect(play.watcher.numbers).toEqual(count(play.watcher.numbers.length));
          }
          await play.finish(heard);
          expect(play.watcher.numbers).toEqual(count(play.length));
          expect(play.watcher.events.at(-1)?.type).toBe('execution.finished');
          expect(play.watcher.ended).toBe('over');
          expect(play.watcher.events.every(({ step_id, agent_id }) => !step_id || agent_id)).toBe(true);
          expect(play.isAtRest).toBe(true);
        } finally {
          await world.database.close();
        }
      }),
      { numRuns: 150 },
    );
  });

  test('text comes in order, and never behind the end of its attempt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
        const world = await liveWorld();
        try {
          const play = await Play.open(world);
          for (const one of moves) await play.make(one);
          await play.finish('at once');
          const offsets = play.watcher.deltas.map(({ offset }) => offset);
          expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
          for (const { offset, text } of play.watcher.deltas)
            expect(
              play.watcher.deltas.filter((other) => other.offset >= offset && other.offset < offset + text.length),
            ).toHaveLength(1);
        } finally {
          await world.database.close();
        }
      }),
      { numRuns: 50 },
    );
  });
});
