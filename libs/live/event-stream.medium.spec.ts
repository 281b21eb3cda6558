// Real: the journal on SQLite in memory, its tail, and the stream itself.

import { BEAT_MS, JOIN_MS } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { type LiveWorld, liveWorld, settled, WrittenRun } from './testing/live.world.js';
import { ofKind } from './testing/run.builder.js';

describe('a stream of events', () => {
  let world: LiveWorld;
  let run: WrittenRun;
  let stream: EventStream;

  beforeEach(async () => {
    world = await liveWorld();
    run = await new WrittenRun(world).begin();
    stream = new EventStream(run.id, 0, { ...world, report: () => {} });
    stream.setEncoding('utf8');
    stream.feed.start([], false);
  });
  afterEach(async () => {
    stream.destroy();
    await world.database.close();
  });

  test('is written as Server-Sent Events', async () => {
    await settled();
    expect(stream.read()).toBe(
      [
        'retry: 3000\n\n',
        'id: 1\nevent: execution.started\n',
        `data: {"execution_id":"${run.id}","seq":1,"type":"execution.started","at":"2026-01-01T00:00:00.000Z"}\n\n`,
      ].join(''),
    );
    run.say('two\nlines', 3);
    world.clock.advance(JOIN_MS);
    expect(stream.read()).toBe(
      [
        'event: step.delta\n',
        `data: {"execution_id":"${run.id}","step_id":"s1","agent_id":"reader","attempt":1,"offset":3,"text":"two\\nlines"}\n\n`,
      ].join(''),
    );
    world.clock.advance(BEAT_MS - JOIN_MS);
    await settled();
    expect(stream.read()).toBe(': still here\n\n');
  });

  test('asks a client to stay away when the run is over, and ends', async () => {
    await run.append(ofKind['execution-finished']);
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toMatch(/event: execution.finished\ndata: [^\n]+\n\nretry: 86400000\n\n$/);
    expect(stream.destroyed).toBe(true);
  });

  test('keeps next to nothing for a reader that does not read, and misses nothing when it does', async () => {
    const result = 'x'.repeat(1_000);
    const succeeded = { ...ofKind['step-succeeded'], output: { result, execution_time: 1 } };
    let most = 0;
    for (let n = 0; n < 500; n++) {
      await run.append({ ...succeeded, attempt: n });
      run.say(result, n * 1_000);
      world.clock.advance(JOIN_MS);
      most = Math.max(most, stream.readableLength);
    }
    expect(most).toBeLessThan(20 * 1024);
    await run.append(ofKind['execution-finished']);
    let text = '';
    for await (const chunk of stream) text += chunk;
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(Array.from({ length: 502 }, (_, index) => index + 1));
    expect(text.match(/^event: step.delta$/gm)?.length).toBeLessThan(20);
  });

  test('frees everything when it is destroyed', async () => {
    await settled();
    expect(world.tail.isFollowed(run.id)).toBe(true);
    stream.destroy();
    expect(world.tail.isFollowed(run.id)).toBe(false);
    expect(world.clock.waiting).toBe(0);
    await run.append(ofKind['execution-finished']);
    await settled();
    expect(stream.errored).toBeNull();
  });
});
