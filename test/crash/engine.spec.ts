// Real: the engine on a database file, in processes that are killed with -9; agents that sign a file for each performance.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineWorld } from '#libs/executions/testing/engine.world.js';
import { foldAll, type JournalEvent, type State, type Workflow } from '#libs/workflow/index.js';
import { HurriedClock } from './hurried.clock.js';
import type { Errand } from './life.js';
import { performedIn, WitnessedRunner } from './witness.js';

jest.setTimeout(60_000);

const TYPESCRIPT = join(__dirname, '..', 'typescript.cjs');
const LIFE = join(__dirname, 'life.ts');
const NOTHING_NEW = { runs: 0, workflow: sequence('a'), prompt: '' };

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'renum-crash-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A process that must be killed at that point; the ids of the runs whose acceptance it answered. */
function killed(crashAt: string, errand: Errand = NOTHING_NEW): readonly string[] {
  const life = lived(errand, crashAt);
  if (life.signal !== 'SIGKILL') throw new Error(`It never came to ${crashAt}: ${life.stderr}`);
  return life.accepted;
}

function lived(errand: Errand, crashAt = '') {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [TYPESCRIPT, LIFE, dataDir, JSON.stringify(errand)], {
    env: { PATH: process.env.PATH, RENUM_ENV: 'test', RENUM_CRASH_AT: crashAt },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { signal, stderr, accepted: stdout.split('\n').filter(Boolean) };
}

/** A run after it was brought to its end by the process that came last. */
interface Ended {
  readonly id: string;
  readonly state: State;
  readonly kinds: readonly string[];
  /** How often each attempt was performed over all lives, by `step.attempt`. */
  readonly performed: Readonly<Record<string, number>>;
}

/** The last process: finds what is there, brings it to its end, and checks what must hold whatever happened. */
async function survive(accepted: readonly string[] = []): Promise<readonly Ended[]> {
  const clock = new HurriedClock();
  const world = await EngineWorld.inFolder(dataDir, clock);
  try {
    const found = await world.journal.list('u1', { limit: 1_000, offset: 0 });
    const ids = found.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([...accepted]));
    const before = await Promise.all(ids.map(async (id) => recordedIn(id, await world.journal.events(id))));
    const performedBefore = performedIn(dataDir).length;

    await world.engine({ runner: new WitnessedRunner(dataDir, clock) }).takeOver();
    const ended = await Promise.all(
      ids.map(async (id): Promise<Ended> => {
        await world.finished(id);
        const events = await world.journal.events(id);
        expectOneWholeStory(events);
        expect((await world.journal.find(id))?.status).toBe(foldAll(events).status);
        return { id, state: foldAll(events), kinds: events.map(({ body }) => body.kind), performed: countOf(id) };
      }),
    );

    const recorded = new Set(before.flat());
    const performedNow = performedIn(dataDir).slice(performedBefore);
    expect(performedNow.filter((key) => recorded.has(key))).toEqual([]);
    expect(await world.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await world.database.all('PRAGMA foreign_key_check')).toEqual([]);
    return ended;
  } finally {
    await world.close();
  }
}

/** Keys of the attempts whose result the journal holds. */
function recordedIn(id: string, events: readonly JournalEvent[]): readonly string[] {
  return events.flatMap(({ body }) =>
    body.kind === 'step-succeeded' || body.kind === 'step-retrying' || body.kind === 'step-failed'
      ? [`${id}.${body.step}.${body.attempt}`]
      : [],
  );
}

function countOf(id: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of performedIn(dataDir)) {
    if (!key.startsWith(`${id}.`)) continue;
    const attempt = key.slice(id.length + 1);
    counts[attempt] = (counts[attempt] ?? 0) + 1;
  }
  return counts;
}

/** Numbers without a gap, inner and public, and exactly one end, which is the last public word. */
function expectOneWholeStory(events: readonly JournalEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const shown = events.filter(({ publicSeq }) => publicSeq !== null);
  expect(shown.map(({ publicSeq }) => publicSeq)).toEqual(shown.map((_, index) => index + 1));
  expect(events.filter(({ body }) => body.kind === 'execution-finished')).toHaveLength(1);
  expect(shown.at(-1)?.body.kind).toBe('execution-finished');
}

function sequence(...agents: readonly string[]): Workflow {
  return workflow('sequential', agents);
}

function workflow(type: 'sequential' | 'parallel', agents: readonly string[], extra: object = {}): Workflow {
  return {
    type,
    agents: agents.map((agent_id, index) => ({
      agent_id,
      execution_order: index + 1,
      input: { source: 'initial_prompt' },
      ...extra,
    })),
  };
}

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
    killed(crashAt, { workflow: sequence('a', 'b'), prompt: 'hello', runs: 1 });
    const [run, ...others] = await survive();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ performed, state: { status: 'completed' } });
    expect(run?.kinds).toEqual([...kinds, 'step-succeeded', 'execution-finished']);
  });

  test('after its end, before anybody was told: nothing is left to do', async () => {
    const accepted = killed('run.finished', { workflow: sequence('a', 'b'), prompt: 'hello', runs: 1 });
    expect(accepted).toHaveLength(1);
    const [run] = await survive(accepted);
    expect(run?.performed).toEqual({ 's1.1': 1, 's2.1': 1 });
    expect(run?.kinds).not.toContain('execution-taken');
  });

  test('in the middle of one call of two, the other recorded: only the one is made again', async () => {
    const accepted = killed('run.appended', {
      workflow: workflow('parallel', ['quick', 'slow']),
      prompt: 'hello',
      systemPrompts: { slow: '[[sleep:60000]]' },
      runs: 1,
    });
    const [run] = await survive(accepted);
    expect(run).toMatchObject({ performed: { 's1.1': 1, 's2.1': 2 }, state: { status: 'completed' } });
  });
});

describe('killed while it waits for another attempt', () => {
  test.each([
    { when: 'as soon as the pause is on record', crashAt: 'run.appended' },
    { when: 'before it lets go', crashAt: 'run.before-release' },
    { when: 'after it has let go', crashAt: 'run.released' },
  ])('$when: the attempt is made once, when its time has come', async ({ crashAt }) => {
    const accepted = killed(crashAt, {
      workflow: workflow('sequential', ['a'], TRIED_TWICE),
      prompt: '[[fail:1]]',
      runs: 1,
    });
    const [run] = await survive(accepted);
    expect(run).toMatchObject({ performed: { 's1.1': 1, 's1.2': 1 }, state: { status: 'completed' } });
  });

  test('the pause is not shortened by the restart', async () => {
    const accepted = killed('run.released', {
      workflow: workflow('sequential', ['a'], TRIED_TWICE),
      prompt: '[[fail:1]]',
      runs: 1,
    });
    const world = await EngineWorld.inFolder(dataDir);
    try {
      expect(await world.engine({ runner: new WitnessedRunner(dataDir, world.clock) }).takeOver()).toBe(0);
      expect(performedIn(dataDir)).toEqual([`${accepted[0]}.s1.1`]);
      expect(await world.journal.nextWake()).toBeGreaterThan(Date.now() + 20_000);
    } finally {
      await world.close();
    }
  });
});

describe('killed while it takes over', () => {
  const errand: Errand = { workflow: sequence('a', 'b'), prompt: 'hello', runs: 1 };

  test('again and again between the claim and its first word: the next one goes on', async () => {
    killed('run.called', errand);
    killed('engine.before-claim');
    killed('engine.claimed');
    killed('engine.claimed');
    killed('run.before-append');
    const [run] = await survive();
    expect(run).toMatchObject({ performed: { 's1.1': 2, 's2.1': 1 }, state: { status: 'completed', epoch: 5 } });
    // Who died before it had said a word interrupted nothing.
    expect(run?.kinds.filter((kind) => kind === 'step-interrupted')).toHaveLength(1);
  });

  test('after it said so, before the call: the step is interrupted once more and goes on', async () => {
    killed('run.called', errand);
    killed('run.appended');
    const [run] = await survive();
    expect(run).toMatchObject({ performed: { 's1.1': 2, 's2.1': 1 }, state: { status: 'completed' } });
    expect(run?.kinds.filter((kind) => kind === 'step-interrupted')).toHaveLength(2);
  });

  test('a step under which five processes died is not begun a sixth time', async () => {
    killed('run.called', errand);
    for (let death = 2; death <= 5; death++) killed('run.called');
    const [run] = await survive();
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
    const accepted = killed('journal.between-event-and-payload', { workflow: sequence('a'), prompt: large, runs: 1 });
    expect(accepted).toEqual([]);
    expect(await survive()).toEqual([]);
  });

  test('leaves nothing of any run that shared it', async () => {
    const accepted = killed('journal.between-event-and-payload:5', {
      workflow: sequence('a'),
      prompt: large,
      runs: 8,
    });
    expect(accepted).toEqual([]);
    expect(await survive()).toEqual([]);
    expect(performedIn(dataDir)).toEqual([]);
  });

  test('leaves none of the results that shared it: all are asked for again', async () => {
    // Eight prompts first, then the eight results that come in the same turn.
    const errand = { workflow: sequence('a'), prompt: large, runs: 8 };
    const accepted = killed('journal.between-event-and-payload:12', errand);
    expect(accepted).toHaveLength(8);
    const runs = await survive(accepted);
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
        rmSync(dataDir, { recursive: true, force: true });
        // The tables first: their commits are not what is asked about.
        await (await EngineWorld.inFolder(dataDir)).close();
        const { signal, accepted } = lived(errand, `${point}:${commits + 1}`);
        if (signal === null) break;
        commits++;
        const runs = await survive(accepted);
        expect(runs.every(({ state }) => state.status === 'completed')).toBe(true);
      }
      // The acceptance, the pauses, letting go, taking it again, the ends.
      expect(commits).toBeGreaterThanOrEqual(5);
    },
  );
});
