import fc from 'fast-check';
import type { Json } from '#libs/kernel/index.js';
import { CORE, numbered } from './advance.js';
import { contextOf } from './context.js';
import { variableChanges } from './context-history.js';
import type { EventBody, JournalEvent } from './events.js';
import { fold, UNBORN } from './fold.js';
import { REDUCERS, type Reducer } from './plan.js';
import { anyHappenings, anyScript } from './testing/happenings.js';
import { failed, journalOf, planWith, started, succeeded } from './testing/journals.js';
import { anyPlan } from './testing/plans.js';
import { World } from './testing/world.js';

const START = ['initial_prompt', 'team_id', 'execution_id', 'workflow_type'];

const told = (journal: readonly JournalEvent[]) =>
  [...variableChanges(journal)].map(({ version, name, value, previous }) => [version, name, value, previous]);

const later = (journal: readonly JournalEvent[]) => told(journal).slice(START.length);

describe('the history of the shared variables', () => {
  it('begins with version 1: what the run began with and what was declared with a value', () => {
    const plan = planWith(
      { s1: {} },
      { context: { notes: { reducer: 'append', initial: ['first'] }, best: { reducer: 'max' } } },
    );
    expect(told(journalOf(plan, []))).toEqual([
      [1, 'initial_prompt', 'the prompt', undefined],
      [1, 'team_id', 't1', undefined],
      [1, 'execution_id', 'e1', undefined],
      [1, 'workflow_type', 'parallel', undefined],
      [1, 'notes', ['first'], undefined],
    ]);
  });

  it('says of each change what it was and became, who wrote what, in which step and when', () => {
    const plan = planWith({ s1: {} }, { context: { total: { reducer: 'sum', initial: 2 } } });
    const changes = [...variableChanges(journalOf(plan, [started('s1'), wrote('s1', 'total', 3, 'sum')]))];
    expect(changes.at(-1)).toEqual({
      ...{ version: 2, name: 'total', value: 5, previous: 2, step: 's1', at: 3_000 },
      by: { agentId: 'agent-s1', reducer: 'sum', written: 3 },
    });
  });

  it('counts the result of each agent as a change of the run itself', () => {
    const plan = planWith({ s1: {}, s2: {} });
    const journal = journalOf(plan, [started('s1'), started('s2'), failed('s2'), succeeded('s1', 'one')]);
    const changes = [...variableChanges(journal)].slice(START.length);
    const value = { result: 'one', execution_time: 1 };
    expect(changes).toEqual([
      { version: 2, name: 'agent_agent-s1_result', value, previous: undefined, by: null, step: 's1', at: 5_000 },
    ]);
  });

  it('counts in a pipeline what is passed on as one more', () => {
    const plan = planWith({ s1: {}, s2: { after: ['s1'] } }, { strategy: 'pipeline' });
    const journal = journalOf(plan, [started('s1'), succeeded('s1', 'one'), started('s2'), succeeded('s2', 'two')]);
    expect(later(journal)).toEqual([
      [2, 'agent_agent-s1_result', { result: 'one', execution_time: 1 }, undefined],
      [3, 'pipeline_input', 'one', undefined],
      [4, 'agent_agent-s2_result', { result: 'two', execution_time: 1 }, undefined],
      [5, 'pipeline_input', 'two', 'one'],
    ]);
  });

  it('leaves out what came after the end', () => {
    const plan = planWith({ s1: {} });
    const end: EventBody = { kind: 'execution-finished', status: 'cancelled', error: null };
    expect(later(journalOf(plan, [started('s1'), end, wrote('s1', 'late', 1), succeeded('s1')]))).toEqual([]);
  });

  it('keeps a variable of any name', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'a.b', ' '];
    const journal = journalOf(planWith({ s1: {} }), [started('s1'), ...names.map((name) => wrote('s1', name, name))]);
    expect(later(journal)).toEqual(names.map((name, index) => [index + 2, name, name, undefined]));
    const state = journal.reduce(fold, UNBORN);
    expect(Object.keys(state.variables)).toEqual(names);
    expect(Object.entries(contextOf(startOf(journal), state))).toEqual(
      expect.arrayContaining(names.map((name) => [name, name])),
    );
  });

  it('agrees after every event of any journal with the fold, in version and in every value', () => {
    fc.assert(
      fc.property(anyPlan(), anyScript, anyHappenings(), anyWrites, (plan, script, happenings, writes) => {
        const context = { a: { reducer: 'append', initial: [0] }, b: { reducer: 'max' } } as const;
        const world = new World({ ...plan, context }, script, CORE);
        for (const happening of happenings) world.happen(happening);
        world.settle();
        expectAgreement(writtenInto(world.journal, writes));
      }),
      { numRuns: 300 },
    );
  });
});

function wrote(step: string, name: string, value: Json, reducer: Reducer = 'replace'): EventBody {
  return { kind: 'context-changed', step, name, reducer, value, version: 0 };
}

interface Writing {
  readonly at: number;
  readonly name: string;
  readonly value: Json;
  readonly reducer: Reducer;
  /** Clocks of different processes disagree. */
  readonly skewMs: number;
}

const anyWrites: fc.Arbitrary<readonly Writing[]> = fc.array(
  fc.record({
    at: fc.nat(60),
    name: fc.constantFrom('a', 'b', '__proto__', 'constructor'),
    value: fc.constantFrom<Json>(1, 2, 'text', { x: 1 }, { y: [2] }, [3], null),
    reducer: fc.constantFrom(...REDUCERS),
    skewMs: fc.integer({ min: -5_000, max: 5_000 }),
  }),
  { maxLength: 12 },
);

/** The journal with what agents wrote in between, wherever it falls: before, in and after their steps. */
function writtenInto(journal: readonly JournalEvent[], writes: readonly Writing[]): readonly JournalEvent[] {
  const mixed: JournalEvent[] = [];
  let state = UNBORN;
  const append = (body: EventBody, at: number): void => {
    const event = numbered(state, body, at);
    mixed.push(event);
    state = fold(state, event);
  };
  for (const [index, { body, at }] of journal.entries()) {
    const here = writes.filter((one) => one.at === index);
    append(body, at + (here[0]?.skewMs ?? 0));
    for (const { name, value, reducer } of here) append(wrote('s1', name, value, reducer), at);
  }
  return mixed;
}

function expectAgreement(journal: readonly JournalEvent[]): void {
  const changes = [...variableChanges(journal)];
  const known = new Map<string, Json>();
  let state = UNBORN;
  let version = 0;
  for (const event of journal) {
    state = fold(state, event);
    while (changes[0] && changes[0].version <= state.contextVersion) {
      const change = changes.shift() as (typeof changes)[number];
      const { name, value, previous } = change;
      version = change.version;
      expect(previous).toEqual(known.get(name));
      known.set(name, value);
    }
    expect(version).toBe(state.contextVersion);
    expect(Object.fromEntries(known)).toEqual(contextOf(startOf(journal), state));
  }
  expect(changes).toEqual([]);
}

function startOf([first]: readonly JournalEvent[]) {
  if (first?.body.kind !== 'execution-started') throw new Error('The journal does not begin with a start.');
  return first.body;
}
