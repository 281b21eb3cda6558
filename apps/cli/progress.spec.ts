import type { RunEvent } from './api.client.js';
import { after, type Progress, progressOf } from './progress.js';

const AT = '2026-11-22T11:00:00.000Z';
const step = (type: string, more: Partial<RunEvent> = {}): RunEvent => ({
  type: `step.${type}`,
  at: AT,
  agent_id: 'a',
  attempt: 1,
  ...more,
});
const delta = (offset: number, text: string, attempt = 1): RunEvent => ({
  type: 'step.delta',
  agent_id: 'a',
  attempt,
  offset,
  text,
});
const seen = (...events: readonly RunEvent[]): Progress =>
  events.reduce(
    after,
    progressOf([
      { id: 'a', name: 'Ada' },
      { id: 'b', name: 'Bo' },
    ]),
  );
const ada = (...events: readonly RunEvent[]) => seen(...events).agents[0];

describe('the progress of a run', () => {
  it('begins and ends with the run', () => {
    expect(seen().startedAt).toBeNull();
    expect(seen({ type: 'execution.started', at: AT }).startedAt).toBe(Date.parse(AT));
    expect(seen({ type: 'execution.finished', at: AT, status: 'failed' }).status).toBe('failed');
    expect(seen({ type: 'execution.finished', at: AT }).status).toBeNull();
  });

  it('moves only the agent that an event is about', () => {
    expect(seen(step('started')).agents.map(({ state }) => state)).toEqual(['running', 'waiting']);
  });

  it.each([
    ['failed', 'failed'],
    ['skipped', 'skipped'],
    ['cancelled', 'cancelled'],
    ['succeeded', 'done'],
    ['retrying', 'retrying'],
  ])('takes step.%s as %s', (type, state) => {
    expect(ada(step(type))).toMatchObject({ state });
  });

  it('gathers the text of an attempt', () => {
    expect(ada(step('started'), delta(0, 'one '), delta(4, 'two'))?.text).toBe('one two');
  });

  it('leaves out what comes behind a gap or from another attempt, and takes the whole from the result', () => {
    const events = [step('started'), delta(0, 'one '), delta(9, 'late'), delta(4, 'old', 2)];
    expect(ada(...events)?.text).toBe('one ');
    expect(ada(...events, step('succeeded', { result: 'one two late' }))?.text).toBe('one two late');
    expect(ada(...events, step('succeeded'))?.text).toBe('one ');
  });

  it('begins anew with the next attempt, counting what was used', () => {
    const usage = { tokens_input: 2, tokens_output: 3 };
    const error = { code: 'server_error', message: 'It broke.' };
    const retrying = [step('started'), delta(0, 'x'), step('retrying', { usage, error })];
    expect(ada(...retrying)).toMatchObject({ text: '', trouble: 'It broke.', tokens: 5, endedAt: null });
    const again = step('started', { attempt: 2, at: '2026-11-22T11:00:09.000Z' });
    expect(ada(...retrying, again)).toMatchObject({ attempt: 2, trouble: null, startedAt: Date.parse(AT) });
    expect(ada(...retrying, again, step('succeeded', { attempt: 2, usage }))).toMatchObject({ tokens: 10 });
  });

  it('counts an attempt without a number as the first', () => {
    const { attempt: _, ...started } = step('started');
    expect(ada(started)?.attempt).toBe(1);
  });

  it('is not moved by what it does not know', () => {
    expect(seen(step('waiting'))).toEqual(seen());
    expect(seen({ type: 'weather.changed', at: AT })).toEqual(seen());
  });
});
