// Real: the engine, the journal on a database, the simulated runner.
import type { Workflow } from '#libs/compiler/index.js';
import { AppError, ManualClock } from '#libs/kernel/index.js';
import { DatabaseUnavailable, type Write } from '#libs/platform/database/index.js';
import {
  type AgentRunner,
  type RunnerAnswer,
  RunnerFailure,
  SimRunner,
  type StepRequest,
  type Watch,
} from '#libs/runners/index.js';
import type { State } from '#libs/workflow/index.js';
import { EngineWorld } from './testing/engine.world.js';

function row(type: 'sequential' | 'pipeline' | 'parallel', agents: readonly string[], extra: object = {}): Workflow {
  return {
    type,
    agents: agents.map((agent_id, index) => ({
      agent_id,
      role: 'member',
      execution_order: index + 1,
      input: { source: 'initial_prompt' },
      ...extra,
    })),
  };
}

/** Answers when told to; remembers what it was asked and whether its signal came. */
class HeldRunner implements AgentRunner {
  readonly kind = 'sim';
  readonly asked: StepRequest[] = [];
  readonly cut: string[] = [];
  #waiting: { step: StepRequest; resolve: (answer: RunnerAnswer) => void; reject: (why: unknown) => void }[] = [];

  constructor(private readonly obeysSignal = true) {}

  run(step: StepRequest, _: Watch, signal: AbortSignal): Promise<RunnerAnswer> {
    this.asked.push(step);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ step, resolve, reject });
      signal.addEventListener('abort', () => {
        this.cut.push(step.key);
        if (this.obeysSignal) reject(new RunnerFailure({ code: 'runner.aborted', message: 'aborted' }));
      });
    });
  }

  answer(text: string): void {
    this.#waiting.shift()?.resolve({ text, usage: usage(5) });
  }

  fail(code: string): void {
    this.#waiting.shift()?.reject(new RunnerFailure({ code, message: code }));
  }
}

function usage(cost: number) {
  return {
    provider: 'sim',
    model: 'sim',
    keyType: 'renum_native',
    tokensIn: 1,
    tokensOut: 1,
    requests: 1,
    costMicros: cost as never,
    incomplete: false,
  } as const;
}

/** What a room that a runner asks may say. */
class Unreadable extends AppError {
  readonly code = 'secret.broken';
  readonly kind = 'unavailable';
}

describe('the engine', () => {
  let world: EngineWorld;
  afterEach(() => world.close());

  /** Runs of an engine that ended while their only step was under way. */
  async function leftInTheMiddle(count: number): Promise<readonly string[]> {
    const runner = new HeldRunner();
    const engine = world.engine({ runner });
    const ids: string[] = [];
    while (ids.length < count) ids.push(await world.accept(engine, row('sequential', ['a']), 'x'));
    await until(() => runner.asked.length === count);
    await engine.stop();
    return ids;
  }

  describe('on the real clock', () => {
    beforeEach(async () => {
      world = await EngineWorld.open();
    });

    test('runs a sequence of three in four transactions', async () => {
      const engine = world.engine();
      const before = world.database.work.transactions;
      const id = await world.accept(engine, row('sequential', ['a', 'b', 'c']), 'hello');
      const state = await world.finished(id);
      expect(state.status).toBe('completed');
      expect(world.database.work.transactions - before).toBe(4);
      expect(engine.load).toEqual({ runs: 0, queued: 0 });
    });

    test('runs ten agents side by side and joins them in three transactions', async () => {
      const before = world.database.work.transactions;
      const agents = Array.from({ length: 10 }, (_, index) => `a${index}`);
      const id = await world.accept(world.engine(), row('parallel', agents), 'hello');
      expect((await world.finished(id)).status).toBe('completed');
      expect(world.database.work.transactions - before).toBeLessThanOrEqual(3);
    });

    test('hands the text of one agent to the next in a pipeline', async () => {
      const id = await world.accept(world.engine(), row('pipeline', ['a', 'b']), 'in', { a: '[[say:from a]]' });
      const { steps } = await world.finished(id);
      expect(steps.s2).toMatchObject({ is: 'succeeded', output: { result: 'from a' } });
    });

    test.each([
      ['completed', 'hello', 3],
      ['failed', '[[fail]]', 2],
      ['cancelled', '[[sleep:60000]]', 4],
    ])(
      'writes what belongs to the end of a %s run in the transaction of its end, once',
      async (status, prompt, transactions) => {
        const writesFor = (_: State, { phase, status, started }: State): readonly Write[] => {
          if (phase !== 'finished') return [];
          const values = {
            at: 1,
            actor_type: 'system',
            entity_type: 'run',
            outcome: 'succeeded',
            event_type: `run.${status}`,
          };
          return [{ table: 'audit_event', values: { ...values, entity_id: started?.executionId ?? null } }];
        };
        const engine = world.engine({ writesFor });
        const before = world.database.work.transactions;
        const id = await world.accept(engine, row('sequential', ['a', 'b']), prompt);
        if (status === 'cancelled') await world.cancel(engine, id);
        expect((await world.finished(id)).status).toBe(status);
        const written = await world.database.all('SELECT event_type, entity_id FROM audit_event');
        expect(written).toEqual([{ event_type: `run.${status}`, entity_id: id }]);
        expect(world.database.work.transactions - before).toBe(transactions);
      },
    );

    test.each([
      [new Unreadable('It cannot be opened.'), 'secret.broken', 'cannot be opened'],
      [new TypeError('geheim'), 'runner.broken', 'see the server log'],
    ])('fails a step whose runner throws %s with words that are fit to be read', async (thrown, code, words) => {
      const runner = { kind: 'llm', run: () => Promise.reject(thrown) } as const;
      const id = await world.accept(world.engine({ runner }), row('sequential', ['a']), 'x');
      const { error } = await world.finished(id);
      expect(error).toEqual({ code, message: expect.stringContaining(words) });
    });

    test('fails the run and skips the rest when an agent of a sequence fails', async () => {
      const id = await world.accept(world.engine(), row('sequential', ['a', 'b', 'c']), 'x', { b: '[[fail]]' });
      const state = await world.finished(id);
      expect(state).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
      expect(state.steps.s3).toMatchObject({ is: 'skipped', reason: 'stopped' });
    });

    test('counts what failed attempts cost beside the last one', async () => {
      const retry = { retry_config: { max_attempts: 3, initial_delay: 0.001 } };
      const prompt = '[[fail:2]][[tokens:10,1]]';
      const id = await world.accept(world.engine(), row('sequential', ['a'], retry), prompt);
      const { charges, status } = await world.finished(id);
      expect(status).toBe('completed');
      expect(Object.keys(charges)).toEqual(['s1.1.1', 's1.2.1', 's1.3.1']);
    });
  });

  describe('on a clock that the test moves', () => {
    let clock: ManualClock;
    beforeEach(async () => {
      clock = new ManualClock();
      world = await EngineWorld.open(clock);
    });

    test('releases a run that waits long for its retry, and takes it again when the time comes', async () => {
      const engine = world.engine();
      const retry = { retry_config: { max_attempts: 2, initial_delay: 60, max_delay: 60 } };
      const id = await world.accept(engine, row('sequential', ['a'], retry), '[[fail:1]]done');
      await until(() => engine.load.runs === 0);
      expect((await world.state(id)).steps.s1).toMatchObject({ is: 'parked', why: 'retry', attempt: 1 });
      clock.advance(60_000);
      expect((await world.finished(id)).steps.s1).toMatchObject({ is: 'succeeded', attempt: 2 });
    });

    test('keeps a run in memory over a short pause', async () => {
      const engine = world.engine();
      const retry = { retry_config: { max_attempts: 2, initial_delay: 1 } };
      const id = await world.accept(engine, row('sequential', ['a'], retry), '[[fail:1]]done');
      await world.seen(id, ({ body }) => body.kind === 'step-retrying');
      await until(() => clock.waiting === 1);
      expect(engine.load.runs).toBe(1);
      clock.advance(2_000);
      expect((await world.finished(id)).status).toBe('completed');
    });

    test('looks again although the time came between the decision and the rest', async () => {
      const decide = world.journal.decide.bind(world.journal);
      world.journal.decide = async (...append) => {
        await decide(...append);
        if (append[2].some(({ body }) => body.kind === 'step-retrying')) clock.advance(5_000);
      };
      const retry = { retry_config: { max_attempts: 2, initial_delay: 1 } };
      const id = await world.accept(world.engine(), row('sequential', ['a'], retry), '[[fail:1]]done');
      await world.seen(id, ({ body }) => body.kind === 'step-retrying');
      await until(() => clock.waiting > 0);
      clock.advance(1);
      expect((await world.finished(id)).status).toBe('completed');
    });

    test('lets no other running step delay an attempt whose time came between the decision and the rest', async () => {
      const runner = new HeldRunner();
      const decide = world.journal.decide.bind(world.journal);
      world.journal.decide = async (...append) => {
        await decide(...append);
        if (append[2].some(({ body }) => body.kind === 'step-retrying')) clock.advance(5_000);
      };
      const retry = { retry_config: { max_attempts: 2, initial_delay: 1 } };
      await world.accept(world.engine({ runner }), row('parallel', ['a', 'b'], retry), 'x');
      await until(() => runner.asked.length === 2);
      const { waiting } = clock;
      const begun = clock.now();
      runner.fail('network');
      // Its own timeout is gone, and one to look again has come.
      await until(() => clock.now() > begun && clock.waiting === waiting);
      clock.advance(1);
      await until(() => runner.asked.length === 3);
      expect(runner.asked[2]).toMatchObject({ stepId: 's1', attempt: 2 });
    });

    test('ends an attempt that gives no answer in time as a timeout', async () => {
      const runner = new HeldRunner();
      const id = await world.accept(world.engine({ runner }), row('sequential', ['a'], { timeout: 5 }), 'x');
      await until(() => runner.asked.length === 1);
      clock.advance(5_000);
      const state = await world.finished(id);
      expect(state).toMatchObject({
        status: 'failed',
        error: { code: 'timeout', message: expect.stringContaining('5 s') },
      });
      expect(runner.cut).toEqual([`${id}.s1.1`]);
    });

    test('waits with its runner for a database that is away, and then performs the same attempt', async () => {
      const away = Object.assign(new SimRunner(clock), { asked: 0 });
      const run = away.run.bind(away);
      away.run = async (...step) => {
        away.asked++;
        if (away.asked < 3) throw new DatabaseUnavailable();
        return run(...step);
      };
      const id = await world.accept(world.engine({ runner: away }), row('sequential', ['a']), 'x');
      for (const times of [1, 2]) {
        await until(() => away.asked === times && clock.waiting === 2);
        clock.advance(1_000);
      }
      const state = await world.finished(id);
      expect(state).toMatchObject({ status: 'completed', steps: { s1: { is: 'succeeded', attempt: 1 } } });
      expect(away.asked).toBe(3);
    });

    test('waits for a database that is away no longer than the attempt may take, or than it is wanted', async () => {
      const runner = new HeldRunner();
      runner.run = () => Promise.reject(new DatabaseUnavailable());
      const engine = world.engine({ runner });
      const id = await world.accept(engine, row('sequential', ['a'], { timeout: 5 }), 'x');
      await until(() => clock.waiting === 2);
      clock.advance(5_000);
      expect((await world.finished(id)).error?.code).toBe('timeout');

      const stopped = await world.accept(engine, row('sequential', ['a']), 'x');
      await until(() => clock.waiting >= 2);
      await world.journal.note(stopped, { kind: 'cancel-requested', by: 'u', reason: 'enough' }, clock.now());
      await engine.nudge(stopped);
      expect((await world.finished(stopped)).status).toBe('cancelled');
    });

    test('waits for nobody who ignores the signal: a second after the timeout the step is settled', async () => {
      const runner = new HeldRunner(false);
      const id = await world.accept(world.engine({ runner }), row('sequential', ['a'], { timeout: 5 }), 'x');
      await until(() => runner.asked.length === 1);
      clock.advance(5_000);
      clock.advance(1_000);
      expect((await world.finished(id)).error?.code).toBe('timeout');
    });

    test('starts no more attempts at once than the process is wide', async () => {
      const runner = new HeldRunner();
      const engine = world.engine({ runner, width: 2 });
      const id = await world.accept(engine, row('parallel', ['a', 'b', 'c']), 'x');
      await until(() => runner.asked.length === 2);
      expect(engine.load.queued).toBe(1);
      for (const turn of [1, 2, 3]) {
        await until(() => runner.asked.length >= Math.min(3, turn + 1));
        runner.answer('done');
      }
      expect((await world.finished(id)).status).toBe('completed');
    });

    test('cancels what runs and what waits, cuts the calls, and ends as cancelled', async () => {
      const runner = new HeldRunner();
      const engine = world.engine({ runner });
      const id = await world.accept(engine, row('sequential', ['a', 'b']), 'x');
      await until(() => runner.asked.length === 1);
      await world.cancel(engine, id);
      const state = await world.finished(id);
      expect(runner.cut).toEqual([`${id}.s1.1`]);
      expect(state).toMatchObject({ status: 'cancelled', error: { message: 'Execution cancelled by user' } });
      expect(Object.values(state.steps).map(({ is }) => is)).toEqual(['cancelled', 'cancelled']);
      expect((await world.kinds(id)).filter((kind) => kind === 'execution-finished')).toHaveLength(1);
    });

    test('ends a second after a stop even if the agent ignores it, and counts its cost when it comes later', async () => {
      const runner = new HeldRunner(false);
      const engine = world.engine({ runner });
      const id = await world.accept(engine, row('sequential', ['a']), 'x');
      await until(() => runner.asked.length === 1);
      await world.cancel(engine, id);
      await world.seen(id, ({ body }) => body.kind === 'step-cancelled');
      await until(() => clock.waiting > 0);
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('cancelled');
    });

    test('goes on where a dead process was, performs nothing again that is recorded', async () => {
      const first = new HeldRunner();
      const dead = world.engine({ runner: first });
      const id = await world.accept(dead, row('sequential', ['a', 'b']), 'x');
      await until(() => first.asked.length === 1);
      first.answer('one');
      await until(() => first.asked.length === 2);
      await dead.stop();

      const second = new HeldRunner();
      const heir = world.engine({ runner: second });
      expect(await heir.takeOver()).toBe(1);
      await until(() => second.asked.length === 1);
      expect(second.asked[0]).toMatchObject({ key: `${id}.s2.1`, attempt: 1 });
      second.answer('two');
      const state = await world.finished(id);
      expect(state.status).toBe('completed');
      expect(await world.kinds(id)).toEqual([
        'execution-started',
        'step-started',
        'step-succeeded',
        'step-started',
        'execution-taken',
        'step-interrupted',
        'step-resumed',
        'step-succeeded',
        'execution-finished',
      ]);
    });

    test('accepts the result of a process that lost the run, and the money of its successor', async () => {
      const zombie = new HeldRunner();
      const old = world.engine({ runner: zombie });
      const id = await world.accept(old, row('sequential', ['a']), 'x');
      await until(() => zombie.asked.length === 1);
      const runner = new HeldRunner();
      const heir = world.engine({ runner });
      await heir.takeOver();
      await until(() => runner.asked.length === 1);

      zombie.answer('from the zombie');
      await world.seen(id, ({ body }) => body.kind === 'step-reported');
      await heir.nudge(id);
      const state = await world.finished(id);
      expect(state.steps.s1).toMatchObject({ is: 'succeeded', output: { result: 'from the zombie' } });
      runner.answer('too late');
      await until(async () => Object.keys((await world.state(id)).charges).length === 2);
    });

    test('wakes a released run when somebody cancels it', async () => {
      const engine = world.engine();
      const retry = { retry_config: { max_attempts: 2, initial_delay: 60, max_delay: 60 } };
      const id = await world.accept(engine, row('sequential', ['a'], retry), '[[fail]]');
      await until(() => engine.load.runs === 0);
      await world.cancel(engine, id);
      expect((await world.finished(id)).status).toBe('cancelled');
    });

    test('asks again when the journal cannot be written, and loses nothing', async () => {
      const runner = new HeldRunner();
      const id = await world.accept(world.engine({ runner }), row('sequential', ['a']), 'x');
      await until(() => runner.asked.length === 1);
      const decide = world.journal.decide.bind(world.journal);
      world.journal.decide = () => Promise.reject(new Error('the disk is full'));
      runner.answer('done');
      await until(() => world.reports.length === 1);
      world.journal.decide = decide;
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('completed');
    });

    test('does what an append says whose answer was lost on its way', async () => {
      const decide = world.journal.decide.bind(world.journal);
      let lost = 0;
      world.journal.decide = async (...append) => {
        await decide(...append);
        if (lost++ < 2) throw new Error('the connection broke');
      };
      const published: string[] = [];
      world.tail.observe((_, events) => published.push(...events.map(({ body }) => body.kind)));
      const id = await world.accept(world.engine(), row('sequential', ['a', 'b']), 'x');
      await until(() => world.reports.length === 1);
      clock.advance(1_000);
      await until(() => world.reports.length === 2);
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('completed');
      expect(published).toEqual((await world.kinds(id)).slice(2));
    });

    test('finds what it claimed although the answer was lost, and goes on', async () => {
      const [id = ''] = await leftInTheMiddle(1);
      const claim = world.journal.claim.bind(world.journal);
      world.journal.claim = async (...asked) => {
        world.journal.claim = claim;
        await claim(...asked);
        throw new Error('the connection broke');
      };
      const heir = world.engine();
      expect(await heir.takeOver()).toBe(0);
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('completed');
      expect(heir.load.runs).toBe(0);
    });

    test('does what an acceptance says whose answer was lost, once', async () => {
      const runner = new HeldRunner();
      const engine = world.engine({ runner });
      const published: string[] = [];
      world.tail.observe((_, events) => published.push(...events.map(({ body }) => body.kind)));
      engine.begin = (id) => engine.recover(id);
      const id = await world.accept(engine, row('sequential', ['a']), 'x');
      for (const pauseMs of [0, 1_000, 2_000]) clock.advance(pauseMs);
      await until(() => runner.asked.length === 1);
      runner.answer('done');
      expect((await world.finished(id)).status).toBe('completed');
      expect(runner.asked).toHaveLength(1);
      expect(published).toEqual(await world.kinds(id));
    });

    test('forgets an acceptance that was never committed', async () => {
      const engine = world.engine();
      engine.recover('never');
      for (let pause = 0; pause < 10; pause++) {
        clock.advance(60_000);
        await until(() => clock.waiting > 0);
      }
      expect(engine.load.runs).toBe(0);
      expect(world.reports).toEqual([]);
    });

    test('finds what was noted while the journal could not be read', async () => {
      const runner = new HeldRunner();
      const engine = world.engine({ runner });
      const id = await world.accept(engine, row('sequential', ['a']), 'x');
      await until(() => runner.asked.length === 1);
      const events = world.journal.events.bind(world.journal);
      let broken = true;
      world.journal.events = (...asked) => (broken ? Promise.reject(new Error('unreadable')) : events(...asked));
      await world.journal.note(id, { kind: 'cancel-requested', by: 'u1', reason: 'test' }, clock.now());
      await engine.nudge(id);
      await until(() => world.reports.length === 1);
      broken = false;
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('cancelled');
    });

    test('takes the others over although one of them cannot be read', async () => {
      const [broken = '', whole = ''] = await leftInTheMiddle(2);
      await world.database.work.write("UPDATE event SET body = '{' WHERE execution_id = ? AND seq = 1", broken);
      expect(await world.engine().takeOver()).toBe(1);
      expect((await world.finished(whole)).status).toBe('completed');
      expect(world.reports).toEqual([{ message: expect.stringContaining('cannot be taken over'), execution: broken }]);
    });

    test('takes over a second later what could not be written at first', async () => {
      const [id = ''] = await leftInTheMiddle(1);
      const claim = world.journal.claim.bind(world.journal);
      world.journal.claim = () => Promise.reject(new Error('the disk is full'));
      expect(await world.engine().takeOver()).toBe(0);
      world.journal.claim = claim;
      clock.advance(1_000);
      expect((await world.finished(id)).status).toBe('completed');
    });

    test('leaves a journal of a later release alone and says why', async () => {
      const runner = new HeldRunner();
      const engine = world.engine({ runner });
      const id = await world.accept(engine, row('sequential', ['a']), 'x');
      await until(() => runner.asked.length === 1);
      await engine.stop();
      await world.journal.note(id, { kind: 'of-a-later-release' } as never, 1);
      const heir = world.engine();
      await heir.takeOver();
      await until(() => heir.load.runs === 0);
      expect(world.reports).toEqual([{ message: expect.stringContaining('of-a-later-release'), execution: id }]);
      expect(await world.kinds(id)).not.toContain('execution-taken');
    });

    test('takes nothing and starts nothing once it is stopped', async () => {
      const engine = world.engine();
      await engine.stop();
      expect(await engine.takeOver()).toBe(0);
      const id = await world.accept(engine, row('sequential', ['a']), 'x');
      await engine.nudge(id);
      expect((await world.state(id)).phase).toBe('open');
    });
  });
});

/** Turns of the event loop until it holds; the clock of the test stands still meanwhile. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('It did not come to that.');
}
