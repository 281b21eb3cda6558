// Real: the engine on a database file, in processes that are killed with -9; agents that sign a file for each performance.
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { EngineLives, workflow } from './engine-lives.js';
import type { Errand } from './life.js';
import { performedIn, WitnessedRunner } from './witness.js';

jest.setTimeout(60_000);

let lives: EngineLives;
beforeEach(() => {
  lives = new EngineLives();
});

const ONE_STEP = workflow('sequential', ['a']);
const TWO_STEPS = workflow('sequential', ['a', 'b']);

/** Between half a minute and a minute of the clock before the second attempt: long enough to be let go. */
const TRIED_TWICE = { retry_config: { max_attempts: 2, initial_delay: 60 } };

const TAKEN = ['execution-taken', 'step-interrupted', 'step-resumed'];

describe('a run of two steps, its process killed', () => {
  test.each([
    {
      when: 'after the first start was committed, before the call',
      crashAt: 'run.before-call',
      performed: { 's1.1': 1, 's2.1': 1 },
      kinds: ['execution-started', 'step-started', ...TAKEN, 'step-succeeded', 'step-started'],
    },
    {
      when: 'in the middle of the first call',
      crashAt: 'run.called',
      performed: { 's1.1': 2, 's2.1': 1 },
      kinds: ['execution-started', 'step-started', ...TAKEN, 'step-succeeded', 'step-started'],
    },
    {
      when: 'after the first answer, before its append',
      crashAt: 'run.answered',
      performed: { 's1.1': 2, 's2.1': 1 },
      kinds: ['execution-started', 'step-started', ...TAKEN, 'step-succeeded', 'step-started'],
    },
    {
      when: 'when the append of the first result was decided, but not made',
      crashAt: 'run.before-append',
      performed: { 's1.1': 2, 's2.1': 1 },
      kinds: ['execution-started', 'step-started', ...TAKEN, 'step-succeeded', 'step-started'],
    },
    {
      when: 'after the first result and the second start were committed together',
      crashAt: 'run.appended',
      performed: { 's1.1': 1, 's2.1': 1 },
      kinds: ['execution-started', 'step-started', 'step-succeeded', 'step-started', ...TAKEN],
    },
    {
      when: 'in the middle of the second call',
      crashAt: 'run.called:2',
      performed: { 's1.1': 1, 's2.1': 2 },
      kinds: ['execution-started', 'step-started', 'step-succeeded', 'step-started', ...TAKEN],
    },
    {
      when: 'after the last answer, before its append',
      crashAt: 'run.answered:2',
      performed: { 's1.1': 1, 's2.1': 2 },
      kinds: ['execution-started', 'step-started', 'step-succeeded', 'step-started', ...TAKEN],
    },
  ])('$when: performs again only what is not recorded', async ({ crashAt, performed, kinds }) => {
    lives.killed(crashAt, { workflow: TWO_STEPS, prompt: 'hello', runs: 1 });
    const [run, ...others] = await lives.survive();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ performed, state: { status: 'completed' } });
    expect(run?.kinds).toEqual([...kinds, 'step-succeeded', 'execution-finished']);
  });

  test('after its end, before anybody was told: nothing is left to do', async () => {
    const accepted = lives.killed('run.finished', { workflow: TWO_STEPS, prompt: 'hello', runs: 1 });
    expect(accepted).toHaveLength(1);
    const [run] = await lives.survive(accepted);
    expect(run?.performed).toEqual({ 's1.1': 1, 's2.1': 1 });
    expect(run?.kinds).not.toContain('execution-taken');
  });

  test('in the middle of one call of two, the other recorded: only the one is made again', async () => {
    const accepted = lives.killed('run.appended', {
      workflow: workflow('parallel', ['quick', 'slow']),
      prompt: 'hello',
      systemPrompts: { slow: '[[sleep:60000]]' },
      runs: 1,
    });
    const [run] = await lives.survive(accepted);
    expect(run).toMatchObject({ performed: { 's1.1': 1, 's2.1': 2 }, state: { status: 'completed' } });
  });
});

describe('killed while it waits for another attempt', () => {
  test.each([
    { when: 'as soon as the pause is on record', crashAt: 'run.appended' },
    { when: 'before it lets go', crashAt: 'run.before-release' },
    { when: 'after it has let go', crashAt: 'run.released' },
  ])('$when: the attempt is made once, when its time has come', async ({ crashAt }) => {
    const accepted = lives.killed(crashAt, {
      workflow: workflow('sequential', ['a'], TRIED_TWICE),
      prompt: '[[fail:1]]',
      runs: 1,
    });
    const [run] = await lives.survive(accepted);
    expect(run).toMatchObject({ performed: { 's1.1': 1, 's1.2': 1 }, state: { status: 'completed' } });
  });

  test('the pause is not shortened by the restart', async () => {
    const accepted = lives.killed('run.released', {
      workflow: workflow('sequential', ['a'], TRIED_TWICE),
      prompt: '[[fail:1]]',
      runs: 1,
    });
    const world = await EngineWorld.inFolder(lives.dataDir);
    try {
      expect(await world.engine({ runner: new WitnessedRunner(lives.dataDir, world.clock) }).takeOver()).toBe(0);
      expect(performedIn(lives.dataDir)).toEqual([`${accepted[0]}.s1.1`]);
      expect(await world.journal.nextWake()).toBeGreaterThan(Date.now() + 20_000);
    } finally {
      await world.close();
    }
  });
});

describe('killed while it takes over', () => {
  const errand: Errand = { workflow: TWO_STEPS, prompt: 'hello', runs: 1 };

  test('again and again between the claim and its first word: the next one goes on', async () => {
    lives.killed('run.called', errand);
    lives.killed('engine.before-claim');
    lives.killed('engine.claimed');
    lives.killed('engine.claimed');
    lives.killed('run.before-append');
    const [run] = await lives.survive();
    expect(run).toMatchObject({ performed: { 's1.1': 2, 's2.1': 1 }, state: { status: 'completed', epoch: 5 } });
    // Who died before it had said a word interrupted nothing.
    expect(run?.kinds.filter((kind) => kind === 'step-interrupted')).toHaveLength(1);
  });

  test('after it said so, before the call: the step is interrupted once more and goes on', async () => {
    lives.killed('run.called', errand);
    lives.killed('run.appended');
    const [run] = await lives.survive();
    expect(run).toMatchObject({ performed: { 's1.1': 2, 's2.1': 1 }, state: { status: 'completed' } });
    expect(run?.kinds.filter((kind) => kind === 'step-interrupted')).toHaveLength(2);
  });

  test('a step under which five processes died is not begun a sixth time', async () => {
    lives.killed('run.called', errand);
    for (let death = 2; death <= 5; death++) lives.killed('run.called');
    const [run] = await lives.survive();
    expect(run?.performed).toEqual({ 's1.1': 5 });
    expect(run?.state).toMatchObject({
      status: 'failed',
      error: { code: 'step.interrupted', message: expect.stringContaining('5 times') },
    });
    expect(run?.state.steps).toMatchObject({ s1: { is: 'failed' }, s2: { is: 'skipped' } });
  });
});

describe('a transaction that a kill cuts in two', () => {
  // Above 8 KiB, so that the prompt and every result are kept beside their event.
  const large = 'word '.repeat(2_000);

  test('leaves neither the event nor its payload', async () => {
    const accepted = lives.killed('journal.between-event-and-payload', { workflow: ONE_STEP, prompt: large, runs: 1 });
    expect(accepted).toEqual([]);
    expect(await lives.survive()).toEqual([]);
  });

  test('leaves nothing of any run that shared it', async () => {
    const accepted = lives.killed('journal.between-event-and-payload:5', {
      workflow: ONE_STEP,
      prompt: large,
      runs: 8,
    });
    expect(accepted).toEqual([]);
    expect(await lives.survive()).toEqual([]);
    expect(performedIn(lives.dataDir)).toEqual([]);
  });

  test('leaves none of the results that shared it: all are asked for again', async () => {
    // Eight prompts first, then the eight results that come in the same turn.
    const errand = { workflow: ONE_STEP, prompt: large, runs: 8 };
    const accepted = lives.killed('journal.between-event-and-payload:12', errand);
    expect(accepted).toHaveLength(8);
    const runs = await lives.survive(accepted);
    expect(runs.map(({ performed }) => performed)).toEqual(runs.map(() => ({ 's1.1': 2 })));
    expect(runs.map(({ state }) => state.steps.s1)).toEqual(
      runs.map(() => expect.objectContaining({ is: 'succeeded', output: expect.objectContaining({ result: large }) })),
    );
  });

  test.each(['database.before-commit', 'database.after-commit'])(
    'at each %s of a life: what was answered is there, and every run ends',
    async (point) => {
      const errand: Errand = {
        workflow: workflow('sequential', ['a'], TRIED_TWICE),
        prompt: '[[fail:1]]',
        runs: 1,
      };
      let commits = 0;
      for (;;) {
        lives = new EngineLives();
        // The tables first: their commits are not what is asked about.
        await (await EngineWorld.inFolder(lives.dataDir)).close();
        const { signal, accepted } = lives.lived(errand, `${point}:${commits + 1}`);
        if (signal === null) break;
        commits++;
        const runs = await lives.survive(accepted);
        expect(runs.every(({ state }) => state.status === 'completed')).toBe(true);
      }
      // The acceptance, the pauses, letting go, taking it again, the ends.
      expect(commits).toBeGreaterThanOrEqual(5);
    },
  );
});
