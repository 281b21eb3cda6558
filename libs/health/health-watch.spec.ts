import { Logger } from '@nestjs/common';
import { ManualClock } from '#libs/kernel/index.js';
import type { Finding } from './core/verdict.js';
import { Dependency } from './dependency.js';
import { Dependencies, HealthWatch } from './health-watch.js';

const UP: Finding = { verdict: { status: 'up' }, found: '1', evidence: {} };

/** Answers what the test says, and counts how often it was asked. */
class Scripted extends Dependency {
  readonly needed = 'to-serve';
  readonly required = null;
  asked = 0;
  signal: AbortSignal | undefined;

  constructor(
    readonly name: string,
    public answer: () => Finding | Promise<Finding>,
  ) {
    super();
  }

  check(signal: AbortSignal): Finding | Promise<Finding> {
    this.asked += 1;
    this.signal = signal;
    return this.answer();
  }
}

const hanging = (): Promise<Finding> => new Promise(() => undefined);
const throwing = (): never => {
  throw new Error('no route to host');
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the watch', () => {
  const clock = new ManualClock();
  const watches: HealthWatch[] = [];
  const watching = (...dependencies: Dependency[]): HealthWatch => {
    const watch = new HealthWatch(new Dependencies(dependencies), clock);
    watches.push(watch);
    return watch;
  };
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  const states = (watch: HealthWatch) => watch.observations.map(({ name, verdict }) => `${name} ${verdict.status}`);

  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.onApplicationShutdown();
    expect(clock.waiting).toBe(0);
  });

  it('has looked at everything once when its start is over', async () => {
    const watch = watching(new Scripted('a', () => UP), new Scripted('b', async () => UP));
    expect(watch.observations).toEqual([]);
    await watch.start();
    expect(states(watch)).toEqual(['a up', 'b up']);
  });

  it('waits for nobody who hangs, and asks him nothing more while he does', async () => {
    const mute = new Scripted('mute', hanging);
    const watch = watching(mute, new Scripted('quick', () => UP));
    const started = watch.start();
    await settled();
    expect(states(watch)).toEqual(['quick up']);
    await advance(1_000);
    await started;
    expect(states(watch)).toEqual(['mute down', 'quick up']);
    expect(watch.observations[0]?.verdict).toMatchObject({ because: 'It gave no answer within 1000 ms.' });
    expect(mute.signal?.aborted).toBe(true);

    for (let i = 0; i < 10; i++) await advance(2_000);
    expect(mute.asked).toBe(1);
  });

  it('asks again when a late answer has come', async () => {
    let answer: (finding: Finding) => void = () => undefined;
    const slow = new Scripted('slow', () => new Promise((resolve) => (answer = resolve)));
    const watch = watching(slow);
    const started = watch.start();
    await advance(1_000);
    await started;
    answer(UP);
    await settled();
    slow.answer = () => UP;
    await advance(2_000);
    expect(slow.asked).toBe(2);
    expect(states(watch)).toEqual(['slow up']);
  });

  it('takes what throws for down, and nothing else suffers', async () => {
    const watch = watching(new Scripted('broken', throwing), new Scripted('fine', () => UP));
    await watch.start();
    expect(states(watch)).toEqual(['broken down', 'fine up']);
    expect(watch.observations[0]?.verdict).toMatchObject({ because: 'no route to host', fix: [expect.any(String)] });
  });

  it('looks again at its pace, and notices a change within two looks', async () => {
    const database = new Scripted('database', () => UP);
    const watch = watching(database);
    await watch.start();
    database.answer = throwing;
    await advance(2_000);
    expect(states(watch)).toEqual(['database degraded']);
    await advance(2_000);
    expect(states(watch)).toEqual(['database down']);
    database.answer = () => UP;
    await advance(2_000);
    expect(states(watch)).toEqual(['database up']);
  });

  it('says changes, and only changes', async () => {
    const said: string[] = [];
    const speak = (line: unknown): number => said.push(String(line));
    Logger.overrideLogger({ log: speak, warn: speak, error: speak });
    const database = new Scripted('database', () => UP);
    const watch = watching(database);
    await watch.start();
    database.answer = throwing;
    for (let i = 0; i < 5; i++) await advance(2_000);
    database.answer = () => UP;
    for (let i = 0; i < 3; i++) await advance(2_000);
    expect(said).toEqual([
      'database is degraded: no route to host',
      'database is down: no route to host',
      'database is up again',
    ]);
  });

  it('looks at nothing once it was stopped', async () => {
    const database = new Scripted('database', () => UP);
    const watch = watching(database);
    await watch.start();
    watch.onApplicationShutdown();
    await advance(60_000);
    expect(database.asked).toBe(1);
  });
});
