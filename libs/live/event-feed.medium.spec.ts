// Real: the journal on SQLite in memory, and its tail. Only the clock is moved by hand.

import { type JournalEvent, stepOf } from '#libs/workflow/index.js';
import { BEAT_MS, EventFeed, JOIN_MS } from './event-feed.js';
import { type LiveWorld, liveWorld, settled, WrittenRun } from './testing/live.world.js';
import { RecordingWatcher } from './testing/recording.watcher.js';
import { ofKind } from './testing/run.builder.js';

const STARTED = ofKind['step-started'];
const SUCCEEDED = ofKind['step-succeeded'];
const FINISHED = ofKind['execution-finished'];

describe('a feed of events', () => {
  let world: LiveWorld;
  let run: WrittenRun;
  let watcher: RecordingWatcher;
  let reports: unknown[];

  beforeEach(async () => {
    world = await liveWorld();
    run = await new WrittenRun(world).begin();
    watcher = new RecordingWatcher();
    reports = [];
  });
  afterEach(() => world.database.close());

  const watch = (after = 0, isOver = false, first: readonly JournalEvent[] = []): EventFeed => {
    const report = (...facts: unknown[]): void => void reports.push(facts);
    const feed = new EventFeed(run.id, after, { ...world, report }, watcher);
    feed.start(first, isOver);
    return feed;
  };

  /** How often the journal is read from here on. */
  const countReads = (): { pages: number[] } => {
    const pages: number[] = [];
    const read = world.journal.publicEvents.bind(world.journal);
    world.journal.publicEvents = (id, after, limit) => {
      pages.push(limit);
      return read(id, after, limit);
    };
    return { pages };
  };

  test('tells what is on record, then what happens, and ends behind the last event', async () => {
    await run.append(STARTED);
    watch();
    await settled();
    expect(watcher.heard).toEqual(['execution.started', 'step.started']);
    await run.append(SUCCEEDED);
    await run.append(FINISHED);
    expect(watcher.heard).toEqual(['execution.started', 'step.started', 'step.succeeded', 'execution.finished']);
    expect(watcher.numbers).toEqual([1, 2, 3, 4]);
    expect(watcher.events[2]).toMatchObject({ step_id: 's1', agent_id: 'reader', result: 'done' });
    expect(watcher.ended).toBe('over');
  });

  test('passes a hint on without reading while nothing is missing, over inner events too', async () => {
    watch();
    await settled();
    const { pages } = countReads();
    for (let attempt = 1; attempt <= 5; attempt++)
      await run.append(ofKind['step-interrupted'], { ...STARTED, attempt }, ofKind['step-resumed']);
    expect(watcher.numbers).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pages).toEqual([]);
  });

  test('reads what it did not hear as soon as it hears more', async () => {
    watch();
    await settled();
    await run.appendUnheard(STARTED, SUCCEEDED);
    await run.append(ofKind['step-skipped']);
    await settled();
    expect(watcher.numbers).toEqual([1, 2, 3, 4]);
  });

  test('hears what is committed while it reads', async () => {
    watch();
    await run.append(STARTED);
    await run.append(FINISHED);
    await settled();
    expect(watcher.numbers).toEqual([1, 2, 3]);
    expect(watcher.ended).toBe('over');
  });

  test('tells once what it reads and hears at the same moment', async () => {
    watch();
    await settled();
    const events = await run.appendUnheard(STARTED);
    world.clock.advance(BEAT_MS);
    world.tail.publish(run.id, events);
    await settled();
    expect(watcher.numbers).toEqual([1, 2]);
  });

  test('finds at its next beat what nobody told of, the end as well', async () => {
    watch();
    await settled();
    await run.appendUnheard(STARTED, SUCCEEDED, FINISHED);
    await settled();
    expect(watcher.numbers).toEqual([1]);
    world.clock.advance(BEAT_MS);
    await settled();
    expect(watcher.numbers).toEqual([1, 2, 3, 4]);
    expect(watcher.ended).toBe('over');
  });

  test('of a run that is over tells the rest and ends, even where there is no rest', async () => {
    await run.append(STARTED, SUCCEEDED, FINISHED);
    watch(2, true, await world.journal.publicEvents(run.id, 0, 1));
    await settled();
    expect(watcher.numbers).toEqual([3, 4]);
    expect(watcher.ended).toBe('over');
    watcher = new RecordingWatcher();
    watch(4, true);
    await settled();
    expect(watcher.numbers).toEqual([]);
    expect(watcher.ended).toBe('over');
  });

  test('ends with a run that was over before it was followed', async () => {
    await run.append(STARTED, FINISHED);
    watch();
    await settled();
    expect([watcher.numbers, watcher.ended]).toEqual([[1, 2, 3], 'over']);
  });

  test('a number beyond the last ends with the run, heard or not', async () => {
    watch(1_000);
    await settled();
    await run.append(STARTED);
    expect(watcher.ended).toBeNull();
    await run.append(FINISHED);
    expect(watcher.ended).toBe('over');

    run = await new WrittenRun(world).begin();
    watcher = new RecordingWatcher();
    watch(1_000);
    await settled();
    await run.appendUnheard(FINISHED);
    world.clock.advance(BEAT_MS);
    await settled();
    expect([watcher.numbers, watcher.ended]).toEqual([[], 'over']);
  });

  test('ends when the run is removed before its end was heard', async () => {
    watch();
    await settled();
    await run.appendUnheard(FINISHED);
    await world.journal.remove(run.id);
    world.clock.advance(BEAT_MS);
    await settled();
    expect(watcher.ended).toBe('over');
  });

  test('knows the agent of a later round, and of a step that was added unheard', async () => {
    watch();
    await settled();
    await run.append({ ...STARTED, step: stepOf('s2', 3) });
    await run.appendUnheard(ofKind['step-added']);
    await run.append({ ...STARTED, step: 'c1' });
    await settled();
    expect(watcher.events.map(({ step_id, agent_id }) => [step_id, agent_id])).toEqual([
      [undefined, undefined],
      ['s2~3', 'writer'],
      ['c1', 'expert'],
    ]);
  });

  test('beats while nothing happens', async () => {
    watch();
    await settled();
    for (let beat = 1; beat <= 3; beat++) {
      world.clock.advance(BEAT_MS);
      await settled();
      expect(watcher.beats).toBe(beat);
    }
    expect(watcher.numbers).toEqual([1]);
  });

  test('lets go of everything when it is closed, in the middle of reading too', async () => {
    const feed = watch();
    feed.close();
    feed.close();
    await run.append(STARTED);
    await settled();
    expect(watcher.heard).toEqual([]);
    expect(world.tail.isFollowed(run.id)).toBe(false);
    expect(world.clock.waiting).toBe(0);
  });

  test('lets go of everything at the end by itself', async () => {
    watch();
    await settled();
    run.say('never sent', 0);
    await run.append(FINISHED);
    expect(world.tail.isFollowed(run.id)).toBe(false);
    expect(world.clock.waiting).toBe(0);
  });

  describe('that drains', () => {
    test('tells what is on record and ends, to be resumed elsewhere', async () => {
      await run.append(STARTED);
      const feed = watch();
      feed.drain();
      await settled();
      expect(watcher.numbers).toEqual([1, 2]);
      expect(watcher.ended).toBe('elsewhere');
    });

    test('ends at once where everything was told', async () => {
      const feed = watch();
      await settled();
      feed.drain();
      expect(watcher.ended).toBe('elsewhere');
    });
  });

  describe('whose watcher is full', () => {
    test('waits, and goes on from the same place', async () => {
      const feed = watch();
      await settled();
      watcher.hasRoom = () => false;
      await run.append(STARTED);
      await run.append(SUCCEEDED, ofKind['step-skipped']);
      await settled();
      expect(watcher.numbers).toEqual([1, 2]);
      for (let seen = 3; seen <= 4; seen++) {
        feed.resume();
        await settled();
        expect(watcher.numbers.at(-1)).toBe(seen);
      }
    });

    test('reads no more than is taken, and more again when there is room', async () => {
      for (let attempt = 1; attempt < 300; attempt++) await run.appendUnheard({ ...STARTED, attempt });
      const { pages } = countReads();
      watcher.hasRoom = () => watcher.events.length % 3 !== 0;
      const feed = watch();
      await settled();
      for (let taken = 3; taken < 60; taken += 3) {
        expect(watcher.numbers).toHaveLength(taken);
        feed.resume();
        await settled();
      }
      expect(Math.max(...pages.slice(2))).toBeLessThanOrEqual(6);

      watcher.hasRoom = () => true;
      feed.resume();
      await settled();
      expect(watcher.numbers).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
      expect(pages.at(-1)).toBe(64);
    });

    test('loses text and beats, never events', async () => {
      const feed = watch();
      await settled();
      watcher.hasRoom = () => false;
      await run.append(STARTED);
      run.say('lost', 0);
      world.clock.advance(JOIN_MS);
      world.clock.advance(BEAT_MS - JOIN_MS);
      await settled();
      watcher.hasRoom = () => true;
      feed.resume();
      await settled();
      run.say('seen', 4);
      world.clock.advance(JOIN_MS);
      await settled();
      expect([watcher.heard, watcher.beats]).toEqual([['execution.started', 'step.started', 'seen'], 0]);
      expect(watcher.deltas[0]?.offset).toBe(4);
    });

    test('tells no text that it heard before', async () => {
      watch();
      await settled();
      await run.append(STARTED);
      run.say('heard', 0);
      watcher.hasRoom = () => false;
      world.clock.advance(JOIN_MS - 1);
      await run.append(ofKind['step-skipped']);
      world.clock.advance(1);
      expect(watcher.heard).not.toContain('heard');
    });
  });

  describe('text', () => {
    test('is joined for a moment', async () => {
      watch();
      await run.append(STARTED);
      await settled();
      run.say('Hel', 0);
      world.clock.advance(JOIN_MS - 1);
      run.say('lo', 3);
      expect(watcher.deltas).toEqual([]);
      world.clock.advance(1);
      run.say(' you', 5);
      world.clock.advance(JOIN_MS);
      expect(watcher.deltas.map(({ offset, text }) => [offset, text])).toEqual([
        [0, 'Hello'],
        [5, ' you'],
      ]);
    });

    test('comes before the end of its attempt, and behind its beginning', async () => {
      watch();
      run.say('a', 0);
      world.clock.advance(JOIN_MS);
      await run.append(STARTED);
      await settled();
      run.say('b', 1);
      run.say('other', 0, 's2');
      await run.append(SUCCEEDED);
      world.clock.advance(JOIN_MS);
      expect(watcher.heard).toEqual(['execution.started', 'step.started', 'ab', 'step.succeeded', 'other']);
    });

    test('of an attempt comes before what cancels its step', async () => {
      watch();
      await run.append(STARTED);
      await settled();
      run.say('half', 0);
      await run.append({ kind: 'step-cancelled', step: 's1' }, FINISHED);
      expect(watcher.heard.slice(-3)).toEqual(['half', 'step.cancelled', 'execution.finished']);
    });
  });

  describe('when the journal cannot be read', () => {
    test('says so once, and tells everything when it can be read again', async () => {
      const read = world.journal.publicEvents.bind(world.journal);
      world.journal.publicEvents = () => Promise.reject(new Error('the disk is gone'));
      watch();
      await settled();
      await run.append(STARTED);
      world.clock.advance(BEAT_MS);
      await settled();
      expect(reports).toEqual([[run.id, new Error('the disk is gone')]]);
      world.journal.publicEvents = read;
      world.clock.advance(BEAT_MS);
      await settled();
      expect(watcher.numbers).toEqual([1, 2]);
    });

    test('does not end what it has not told', async () => {
      await run.append(STARTED, FINISHED);
      const read = world.journal.publicEvents.bind(world.journal);
      world.journal.publicEvents = () => Promise.reject(new Error('the disk is gone'));
      const feed = watch(0, true);
      await settled();
      feed.drain();
      await settled();
      expect(watcher.ended).toBeNull();
      world.journal.publicEvents = read;
      feed.resume();
      await settled();
      expect([watcher.numbers, watcher.ended]).toEqual([[1, 2, 3], 'over']);
    });

    test('says nothing about it when nobody watches any more', async () => {
      world.journal.publicEvents = () => Promise.reject(new Error('the disk is gone'));
      watch().close();
      await settled();
      expect(reports).toEqual([]);
    });
  });
});
