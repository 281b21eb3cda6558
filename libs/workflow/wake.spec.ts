import type { EventBody } from './events.js';
import type { State } from './state.js';
import { failed, parked, planWith, question, started, stateAfter, stepThat, succeeded } from './testing/journals.js';
import { isAwaited, mayGoOn, wakeAt } from './wake.js';

const PLAN = planWith({ s1: {}, s2: {} });
const cancelled = (step: string): EventBody => ({ kind: 'step-cancelled', step });

const after = (...bodies: readonly EventBody[]): State => stateAfter(PLAN, started('s1'), ...bodies);
const asked = (until: number | null, deadline: number, ...more: readonly EventBody[]): State =>
  after(question('c1', 's1', deadline), parked('s1', 'answer', until), ...more);

describe('an answer', () => {
  const awaited = (state: State, now: number): boolean => {
    const added = state.steps.c1?.added;
    return added != null && isAwaited(added, state, now);
  };

  it('is awaited while its asker is parked for it', () => {
    expect(awaited(asked(9_000, 9_000), 8_999)).toBe(true);
    expect(awaited(asked(null, 9_000), 8_999)).toBe(true);
  });

  it('is awaited until its deadline and no longer', () => {
    expect(awaited(asked(20_000, 9_000), 8_999)).toBe(true);
    expect(awaited(asked(20_000, 9_000), 9_000)).toBe(false);
  });

  it('is awaited until its asker goes on and no longer', () => {
    expect(awaited(asked(9_000, 20_000), 8_999)).toBe(true);
    expect(awaited(asked(9_000, 20_000), 9_000)).toBe(false);
  });

  it('is not awaited by a step that runs, pauses for something else, has ended or is not there', () => {
    expect(awaited(after(question('c1', 's1')), 0)).toBe(false);
    expect(awaited(after(question('c1', 's1'), parked('s1', 'rate', 20_000)), 0)).toBe(false);
    expect(awaited(after(question('c1', 's1'), failed('s1')), 0)).toBe(false);
    expect(awaited(after(question('c1', 's9')), 0)).toBe(false);
  });
});

describe('what is parked', () => {
  const goesOn = (state: State, now: number): boolean =>
    mayGoOn(stepThat(state, 's1', 'parked'), Object.values(state.steps), now);

  it('goes on at its time', () => {
    expect(goesOn(after(parked('s1', 'rate', 9_000)), 8_999)).toBe(false);
    expect(goesOn(after(parked('s1', 'rate', 9_000)), 9_000)).toBe(true);
  });

  it('stays while it has no time', () => {
    expect(goesOn(after(parked('s1', 'approval', null)), Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  it('goes on once everything it asked is settled, whichever way', () => {
    const second = question('c2', 's1');
    expect(goesOn(asked(null, 90_000), 0)).toBe(false);
    expect(goesOn(asked(null, 90_000, started('c1'), succeeded('c1')), 0)).toBe(true);
    expect(goesOn(asked(null, 90_000, second, started('c1'), succeeded('c1')), 0)).toBe(false);
    expect(goesOn(asked(null, 90_000, second, cancelled('c1'), started('c2'), failed('c2')), 0)).toBe(true);
  });

  it('does not wait for what others asked', () => {
    expect(goesOn(asked(null, 90_000, question('c2', 's2'), cancelled('c1')), 0)).toBe(true);
  });

  it('goes on for no answer when it waits for something else', () => {
    expect(goesOn(after(question('c1', 's1'), parked('s1', 'rate', 9_000), cancelled('c1')), 0)).toBe(false);
  });
});

describe('the next look', () => {
  const next = (state: State, now = 5_000): number | null => wakeAt(PLAN, state, now);

  it('is at the earliest time of anything parked, whatever else runs', () => {
    const both = after(started('s2'), parked('s1', 'rate', 9_000), parked('s2', 'rate', 8_000));
    expect(next(both)).toBe(8_000);
    expect(next(after(started('s2'), parked('s1', 'rate', 9_000)))).toBe(9_000);
  });

  it('is at the earliest deadline of a question that is still open, begun or not', () => {
    expect(next(asked(20_000, 9_000))).toBe(9_000);
    expect(next(asked(20_000, 9_000, started('c1')))).toBe(9_000);
    expect(next(asked(20_000, 9_000, started('c1'), succeeded('c1')))).toBe(20_000);
  });

  it('never lies in the past: what is overdue waits for a place', () => {
    const state = after(started('s2'), parked('s1', 'rate', 5_000), parked('s2', 'rate', 9_000));
    expect(next(state, 4_999)).toBe(5_000);
    expect(next(state, 5_000)).toBe(9_000);
    expect(next(state, 9_000)).toBeNull();
  });

  it('is nowhere when only an event brings news', () => {
    expect(next(after())).toBeNull();
    expect(next(after(parked('s1', 'approval', null)))).toBeNull();
  });

  it('is when the costs of what was cut are given up, but only if the end waits for them alone', () => {
    expect(next(after(cancelled('s1')), 3_500)).toBeNull();
    expect(next(after(cancelled('s1'), cancelled('s2')), 3_500)).toBe(4_000);
  });
});
