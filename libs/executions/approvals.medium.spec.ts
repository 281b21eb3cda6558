// Real: the engine on a database, a clock that the test moves.
import type { Workflow } from '#libs/compiler/index.js';
import { ManualClock } from '#libs/kernel/index.js';
import { EngineWorld } from './testing/engine.world.js';

const DAY = 86_400;
/** Less than the longest timer: the one alarm of the process rings for it. */
const SOON = 1_800;

const asking = (approval: object): Workflow => ({
  type: 'sequential',
  agents: [{ agent_id: 'a', execution_order: 1, input: { source: 'initial_prompt' }, approval: { ...approval } }],
});

/** Remembers for how long it was asked to wait. */
class WatchedClock extends ManualClock {
  longestMs = 0;

  override after(delayMs: number, ring: () => void): () => void {
    this.longestMs = Math.max(this.longestMs, delayMs);
    return super.after(delayMs, ring);
  }
}

let clock: WatchedClock;
let world: EngineWorld;

beforeEach(async () => {
  clock = new WatchedClock();
  world = await EngineWorld.open(clock);
});
afterEach(() => world.close());

type Engine = ReturnType<EngineWorld['engine']>;

const letGo = async (engine: Engine): Promise<void> => {
  while (engine.load.runs > 0) await new Promise(setImmediate);
};
const rows = (status: string) =>
  world.database.all<{ id: string; votes: string }>('SELECT id, votes FROM approval WHERE status = ?', status);

describe('the time to decide', () => {
  test.each([
    ['before', 'reject', 'failed', []],
    ['before', 'approve', 'completed', ['step-started', 'step-succeeded']],
    ['after', 'reject', 'failed', []],
    ['after', 'approve', 'completed', ['step-succeeded']],
  ] as const)('is over when the clock says so: asked %s, silence means %s', async (when, on_expiry, status, kinds) => {
    const engine = world.engine();
    const id = await world.accept(engine, asking({ when, expires_s: SOON, on_expiry }), 'hello');
    await world.seen(id, ({ body }) => body.kind === 'approval-requested');
    await letGo(engine);
    clock.advance(SOON * 1_000 - 1);
    expect((await world.state(id)).status).toBe('running');
    expect(engine.load.runs).toBe(0);
    clock.advance(1);
    expect(await world.finished(id)).toMatchObject({ status });
    const story = await world.kinds(id);
    expect(story.slice(story.indexOf('approval-decided') + 1, -1).filter((kind) => kind !== 'step-failed')).toEqual(
      kinds,
    );
    const [row] = await rows('expired');
    expect(JSON.parse(row?.votes ?? '')).toMatchObject({ by: null, decision: on_expiry });
  });

  test('that runs out while no process lives is over at the next start', async () => {
    const first = world.engine();
    const id = await world.accept(first, asking({ when: 'before', expires_s: DAY }), 'hello');
    await letGo(first);
    await first.stop();
    clock.advance(2 * DAY * 1_000);
    const heir = world.engine();
    await heir.start();
    expect((await world.state(id)).status).toBe('running');
    clock.advance(0);
    expect(await world.finished(id)).toMatchObject({ status: 'failed' });
  });
});

test('no timer is set for longer than timers can be, while another step works', async () => {
  const input = { source: 'initial_prompt' } as const;
  const agents = [
    { agent_id: 'asked', input, approval: { when: 'before', expires_s: 60 * DAY } },
    { agent_id: 'works', input },
  ];
  const runner = { kind: 'sim', run: () => new Promise<never>(() => {}) } as const;
  await world.accept(world.engine({ runner }), { type: 'parallel', agents }, 'hello');
  while (clock.waiting < 2) await new Promise(setImmediate);
  expect(clock.longestMs).toBeGreaterThan(0);
  expect(clock.longestMs).toBeLessThanOrEqual(3_600_000);
});

describe('hundreds that wait for people', () => {
  const MANY = 300;

  const park = async (engine: Engine, expires_s: number): Promise<readonly string[]> => {
    const ids = await Promise.all(
      Array.from({ length: MANY }, () => world.accept(engine, asking({ when: 'before', expires_s }), 'hello')),
    );
    await letGo(engine);
    return ids;
  };

  test('are not in memory and have one timer between them, and a restart leaves them alone', async () => {
    const engine = world.engine();
    await engine.start();
    clock.advance(0);
    await new Promise(setImmediate);
    const timers = clock.waiting;
    await park(engine, DAY);
    expect(engine.load).toEqual({ runs: 0, queued: 0 });
    expect(clock.waiting - timers).toBeLessThanOrEqual(1);
    expect(await rows('pending')).toHaveLength(MANY);
    await engine.stop();

    const heir = world.engine();
    expect(await heir.takeOver()).toBe(0);
    expect(heir.load).toEqual({ runs: 0, queued: 0 });
    expect(clock.waiting - timers).toBeLessThanOrEqual(1);
    expect(await world.database.all('SELECT id FROM execution WHERE epoch > 1 OR owner IS NOT NULL')).toEqual([]);
    expect(await world.journal.nextWake()).toBe(clock.now() + DAY * 1_000);
  });

  test('and whose time runs out at once are all decided, and nobody waits for it at the start', async () => {
    const first = world.engine();
    const ids = await park(first, DAY);
    await first.stop();
    clock.advance(DAY * 1_000);
    const heir = world.engine();
    await heir.start();
    expect(heir.load.runs).toBe(0);
    clock.advance(0);
    const states = await Promise.all(ids.map((id) => world.finished(id)));
    expect(new Set(states.map(({ error }) => error?.code))).toEqual(new Set(['approval.expired']));
    expect(await rows('expired')).toHaveLength(MANY);
  });
});
