import type { RunEvent } from './api.client.js';
import { after, progressOf } from './progress.js';
import { newsBetween } from './tell-progress.js';

const T0 = Date.parse('2026-11-22T11:00:00.000Z');
const at = (ms: number): string => new Date(T0 + ms).toISOString();
const of = (type: string, ms: number, more: Partial<RunEvent> = {}): RunEvent => ({
  type,
  at: at(ms),
  agent_id: 'a',
  attempt: 1,
  ...more,
});
const delta = (offset: number, text: string): RunEvent => ({
  type: 'step.delta',
  agent_id: 'a',
  attempt: 1,
  offset,
  text,
});

function told(...events: readonly RunEvent[]): readonly string[] {
  let progress = progressOf([{ id: 'a', name: 'Ada' }]);
  return events.flatMap((event) => {
    const before = progress;
    progress = after(before, event);
    return newsBetween(before, progress, event.at === undefined ? T0 + 500 : Date.parse(event.at));
  });
}

const BEGINNING = [{ type: 'execution.started', at: at(0) }, of('step.started', 0)];

describe('progress told line by line', () => {
  it('tells a whole run', () => {
    const usage = { tokens_input: 1, tokens_output: 2 };
    expect(
      told(
        ...BEGINNING,
        delta(0, 'one\ntw'),
        delta(6, 'o\n'),
        of('step.succeeded', 1_000, { result: 'one\ntwo\n\nthree', usage }),
        { type: 'execution.finished', at: at(1_100), status: 'completed' },
      ),
    ).toEqual([
      '[  0.0 s] Ada started',
      '[  0.5 s] Ada | one',
      '[  0.5 s] Ada | two',
      '[  1.0 s] Ada | three',
      '[  1.0 s] Ada done, 3 tokens',
      '[  1.1 s] run completed',
    ]);
  });

  it('tells of attempts', () => {
    const error = { code: 'server_error', message: 'It broke.' };
    expect(
      told(...BEGINNING, of('step.retrying', 10, { error }), of('step.started', 2_000, { attempt: 2 })).slice(1),
    ).toEqual(['[  0.0 s] Ada retrying: It broke.', '[  2.0 s] Ada started, attempt 2']);
  });

  it.each([
    ['step.skipped', 'skipped'],
    ['step.cancelled', 'cancelled'],
    ['step.failed', 'failed: no reason was given'],
    ['step.succeeded', 'done, 0 tokens'],
  ])('tells of %s', (type, words) => {
    expect(told(...BEGINNING, of(type, 0)).at(-1)).toBe(`[  0.0 s] Ada ${words}`);
  });

  it('counts from the first event where the beginning was missed', () => {
    expect(told(of('step.started', 7_000))).toEqual(['[  0.0 s] Ada started']);
  });

  it('has nothing to say where nothing changed', () => {
    expect(told(...BEGINNING, of('step.waiting', 1)).slice(1)).toEqual([]);
  });
});
