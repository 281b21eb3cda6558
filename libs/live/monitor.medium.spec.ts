// Real: the engine, the journal on a database; the connection is a list of frames.
import type { ExecutionsService } from '#libs/executions/index.js';
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { ManualClock } from '#libs/kernel/index.js';
import { foldAll } from '#libs/workflow/index.js';
import { type Line, Monitor, type MonitorSources } from './monitor.js';

const ada = { id: 'u1', email: 'ada@example.com', role: 'user' } as const;
const sequence = {
  type: 'sequential',
  agents: [{ agent_id: 'a', execution_order: 1, input: { source: 'initial_prompt' } }],
} as const;

class Frames implements Line {
  readonly sent: { type: string; timestamp: string; data?: { status: string; progress: number } }[] = [];
  closed: string | null = null;
  unsent = 0;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code: number, reason: string): void {
    this.closed = `${code} ${reason}`;
  }
  get types(): readonly string[] {
    return this.sent.map(({ type }) => type);
  }
}

describe('a monitor', () => {
  let world: EngineWorld;
  let clock: ManualClock;
  let line: Frames;
  let reads: number;
  let broken: boolean;
  const reports: string[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    world = await EngineWorld.open(clock);
    line = new Frames();
    reads = 0;
    broken = false;
    reports.length = 0;
  });
  afterEach(() => world.close());

  async function get(_: unknown, id: string) {
    reads++;
    if (broken) throw new Error('unreadable');
    const row = await world.journal.find(id);
    const events = await world.journal.events(id);
    if (!row) throw new Error('gone');
    return { row, events, state: foldAll(events) };
  }

  function monitor(id: string): Monitor {
    const executions = { get } as Pick<ExecutionsService, 'get'>;
    const sources: MonitorSources = {
      executions,
      tail: world.tail,
      clock,
      report: (_, cause) => reports.push(String(cause)),
    };
    return new Monitor(ada, id, line, sources);
  }

  test('tells the standing at once, on every change, and closes with 1000 at the end', async () => {
    const id = await world.accept(world.engine(), sequence, '[[sleep:5000]]x');
    monitor(id).start();
    await until(() => line.sent.length === 2);
    expect(line.types).toEqual(['status_update', 'execution_update']);
    expect(line.sent[0]?.data).toMatchObject({ status: 'running', progress: 0 });
    expect(line.sent[1]?.data).toEqual(line.sent[0]?.data);
    clock.advance(5_000);
    await until(() => line.closed !== null);
    expect(line.sent.at(-1)).toMatchObject({ type: 'execution_update', data: { status: 'completed', progress: 100 } });
    expect(line.closed).toBe('1000 The execution is over.');
    expect(world.tail.isFollowed(id)).toBe(false);
  });

  test('sends a heartbeat every twenty seconds, which is what the client lives by', async () => {
    const id = await world.accept(world.engine(), sequence, '[[sleep:600000]]x');
    const watching = monitor(id);
    watching.start();
    await until(() => line.sent.length === 2);
    clock.advance(65_000);
    expect(line.types.filter((type) => type === 'heartbeat')).toHaveLength(3);
    expect(line.sent.at(-1)?.timestamp).toMatch(/^2026-01-01T00:01:00.000Z$/);
    watching.close();
    watching.close();
    clock.advance(60_000);
    expect(line.types.filter((type) => type === 'heartbeat')).toHaveLength(3);
  });

  test('answers a ping in either spelling, and says of anything else that it is not understood', async () => {
    const watching = monitor('nobody');
    watching.receive('{"type":"ping"}');
    watching.receive('{"type":"command","command":"ping","data":7}');
    watching.receive('{"type":"command","command":"dance"}');
    watching.receive('[]');
    watching.receive('{');
    expect(line.types).toEqual(['pong', 'pong', 'error', 'error', 'error']);
    expect(line.sent[1]?.data).toBe(7);
  });

  test('sends only the latest standing to a slow reader', async () => {
    const id = await world.accept(world.engine(), sequence, '[[sleep:5000]]x');
    line.unsent = 300 * 1024;
    monitor(id).start();
    for (let change = 0; change < 10; change++) world.tail.publish(id, []);
    expect(line.sent).toEqual([]);
    line.unsent = 0;
    clock.advance(1_000);
    await until(() => line.sent.length === 2);
    expect(reads).toBe(1);
  });

  test('waits while the journal cannot be read, says so, and goes on', async () => {
    const id = await world.accept(world.engine(), sequence, '[[sleep:60000]]x');
    broken = true;
    monitor(id).start();
    await until(() => reports.length === 1);
    broken = false;
    clock.advance(1_000);
    await until(() => line.sent.length === 2);
    expect(reports).toEqual(['Error: unreadable']);
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds() && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  if (!holds()) throw new Error('It did not come to that.');
}
