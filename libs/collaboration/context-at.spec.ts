import type { Json } from '#libs/kernel/index.js';
import { type JournalEvent, variableChanges } from '#libs/workflow/index.js';
import { journalOf, planWith, started, succeeded } from '#libs/workflow/testing/journals.js';
import { contextAt } from './context-at.js';

const wrote = (name: string, value: number, version: number) =>
  ({ kind: 'context-changed', step: 's1', name, reducer: 'sum', value, version }) as const;

/** Version 1 at 1 s, 2 at 3 s, 3 at 4 s, 4 (the result) at 5 s. */
const journal: readonly JournalEvent[] = journalOf(planWith({ s1: {} }), [
  started('s1'),
  wrote('n', 1, 2),
  wrote('n', 2, 3),
  succeeded('s1', 'one'),
]);

describe('the context at one of its versions', () => {
  it('is the last one unless another is asked for', () => {
    expect(contextAt(journal)).toMatchObject({ version: 4, latest: 4, at: 5_000, total: 7, changes: [] });
    expect(contextAt(journal)?.variables).toMatchObject({ n: 3, 'agent_agent-s1_result': { result: 'one' } });
  });

  it.each([
    [0, 0, {}],
    [1, 4, { initial_prompt: 'the prompt' }],
    [2, 5, { n: 1 }],
    [3, 6, { n: 3 }],
  ])('holds with version %i what %i changes had led to', (version, total, variables) => {
    const context = contextAt(journal, { version });
    expect(context).toMatchObject({ version, latest: 4, total, variables });
    expect(Object.keys(context?.variables ?? {})).toHaveLength(Math.min(total, 5));
  });

  it('tells the changes that were asked for, up to its version', () => {
    const numbers = (asked: object) => contextAt(journal, asked)?.changes.map(({ version }) => version);
    expect(numbers({ limit: 10 })).toEqual([1, 1, 1, 1, 2, 3, 4]);
    expect(numbers({ limit: 2, offset: 3 })).toEqual([1, 2]);
    expect(numbers({ limit: 10, offset: 4, version: 3 })).toEqual([2, 3]);
  });

  it('is what it was at its version, also of a list and an object that went on growing', () => {
    const grow = (name: string, reducer: 'append' | 'merge', value: Json) =>
      ({ kind: 'context-changed', step: 's1', name, reducer, value, version: 0 }) as const;
    const writes = Array.from({ length: 6 }, (_, n) => [grow('list', 'append', n), grow('table', 'merge', { [n]: n })]);
    const context = { list: { reducer: 'append', initial: ['x'] } } as const;
    const growing = journalOf(planWith({ s1: {} }, { context }), [started('s1'), ...writes.flat()]);
    const whole = [...variableChanges(growing)];
    for (const limit of [0, 3, 100]) {
      for (let version = 1; version <= 13; version++) {
        const shown = contextAt(growing, { version, limit, offset: 6 });
        const upTo = whole.filter((change) => change.version <= version);
        expect(shown?.variables).toEqual(Object.fromEntries(upTo.map(({ name, value }) => [name, value])));
        expect(shown?.changes).toEqual(upTo.slice(6, 6 + limit));
      }
    }
  });

  it('is not there for a version that is not there', () => {
    expect(contextAt(journal, { version: 5 })).toBeUndefined();
  });
});
