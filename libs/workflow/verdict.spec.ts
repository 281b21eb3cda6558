import type { EventBody } from './events.js';
import type { FailurePolicy, Plan } from './plan.js';
import type { State } from './state.js';
import { CANCEL, failed, planWith, question, started, stateAfter, succeeded, usageOf } from './testing/journals.js';
import { allSettled, costsAwaitedUntil, currentStep, failedSteps, isDoomed, verdict } from './verdict.js';

const skipped = (step: string): EventBody => ({ kind: 'step-skipped', step, reason: 'condition' });
const cancelled = (step: string): EventBody => ({ kind: 'step-cancelled', step });
const both = [started('s1'), started('s2')];

function planFor(onFailure: FailurePolicy): Plan {
  return planWith({ s1: {}, s2: {} }, { onFailure });
}

const COURSES = {
  'both succeed': [...both, succeeded('s1'), succeeded('s2')],
  'the first fails': [...both, failed('s1', 'one'), succeeded('s2')],
  'the second fails': [...both, succeeded('s1'), failed('s2', 'two')],
  'both fail': [...both, failed('s2', 'two'), failed('s1', 'one')],
  'one fails, one is skipped': [started('s2'), skipped('s1'), failed('s2', 'two')],
  'both are skipped': [skipped('s1'), skipped('s2')],
} as const;

type Ends = Readonly<Record<keyof typeof COURSES, string>>;

/** How a run ends, by the policy and what became of its two nodes: the code of its error, or `completed`. */
const NO_FAILURE: Ends = {
  'both succeed': 'completed',
  'the first fails': 'one',
  'the second fails': 'two',
  'both fail': 'one',
  'one fails, one is skipped': 'two',
  'both are skipped': 'completed',
};
const ENDS: Readonly<Record<FailurePolicy, Ends>> = {
  stop: NO_FAILURE,
  'finish-others': NO_FAILURE,
  'fail-fast': NO_FAILURE,
  continue: { ...NO_FAILURE, 'the first fails': 'completed', 'the second fails': 'completed' },
  tolerate: { ...NO_FAILURE, 'the second fails': 'completed', 'one fails, one is skipped': 'completed' },
};

const CASES = Object.entries(ENDS).flatMap(([policy, ends]) =>
  Object.entries(ends).map(([course, end]) => [policy, course, end] as const),
);

function after(plan: Plan, course: keyof typeof COURSES): State {
  return stateAfter(plan, ...COURSES[course]);
}

describe('the verdict', () => {
  it.each(CASES)('under "%s", when %s, is %s', (policy, course, end) => {
    const plan = planFor(policy as FailurePolicy);
    const { status, error } = verdict(plan, after(plan, course as keyof typeof COURSES));
    expect([status, error?.code ?? 'completed']).toEqual([end === 'completed' ? 'completed' : 'failed', end]);
  });

  it('is cancelled once somebody asked for that, whatever the steps did', () => {
    const plan = planFor('stop');
    expect(verdict(plan, stateAfter(plan, ...COURSES['both fail'], CANCEL))).toEqual({
      kind: 'execution-finished',
      status: 'cancelled',
      error: { code: 'execution.cancelled', message: 'Execution cancelled by user' },
    });
  });

  it('takes no account of what was asked beside the plan', () => {
    const plan = planFor('stop');
    const state = stateAfter(plan, ...both, question('c1', 's1'), started('c1'), failed('c1'), succeeded('s1'));
    expect(failedSteps(plan, state)).toEqual([]);
    expect(isDoomed(plan, state)).toBe(false);
  });
});

describe('whether a failure means that no further step begins', () => {
  it.each([
    ['stop', 'the second fails', true],
    ['stop', 'both succeed', false],
    ['fail-fast', 'the second fails', true],
    ['fail-fast', 'both succeed', false],
    ['tolerate', 'the first fails', true],
    ['tolerate', 'the second fails', false],
    ['continue', 'both fail', false],
    ['finish-others', 'both fail', false],
  ] as const)('under "%s", when %s: %s', (policy, course, doomed) => {
    const plan = planFor(policy);
    expect(isDoomed(plan, after(plan, course))).toBe(doomed);
  });
});

describe('the present round', () => {
  const plan = planWith(
    { s1: {}, s2: { after: ['s1'] } },
    { loops: [{ id: 'l1', from: 's2', to: 's2', body: ['s2'], maxRounds: 1, when: [] }] },
  );
  const back: EventBody = { kind: 'loop-back', loop: 'l1', round: 2, from: 's2' };

  it('is the one that counts', () => {
    const state = stateAfter(plan, started('s1'), succeeded('s1'), started('s2'), failed('s2'), back);
    expect(currentStep(state, 's1')?.id).toBe('s1');
    expect(currentStep(state, 's2')?.id).toBe('s2~2');
    expect(currentStep(state, 's9')).toBeUndefined();
    expect(failedSteps(plan, state)).toEqual([]);
  });

  it('must be settled before the end', () => {
    const after = (...bodies: EventBody[]): State =>
      stateAfter(plan, started('s1'), succeeded('s1'), started('s2'), failed('s2'), ...bodies);
    expect(allSettled(plan, after())).toBe(true);
    expect(allSettled(plan, after(back))).toBe(false);
    expect(allSettled(plan, after(back, skipped('s2~2')))).toBe(true);
  });
});

describe('before the end', () => {
  const plan = planFor('continue');

  it('every question is settled too', () => {
    const all = [...both, succeeded('s1'), succeeded('s2')];
    expect(allSettled(plan, stateAfter(plan, question('c1', 's1'), ...all))).toBe(false);
    expect(allSettled(plan, stateAfter(plan, question('c1', 's1'), ...all, cancelled('c1')))).toBe(true);
  });

  it('a plan whose steps have not opened is not settled', () => {
    expect(allSettled(planWith({ s1: {}, s9: {} }), stateAfter(planWith({ s1: {} }), skipped('s1')))).toBe(false);
  });

  it('the cost of what was cut off last is awaited for a second', () => {
    const state = stateAfter(plan, ...both, cancelled('s1'), cancelled('s2'));
    expect(costsAwaitedUntil(state)).toBe(6_000);
  });

  it('a cost that came, or that will never be known, is not awaited', () => {
    const cost = (step: string, known: boolean): EventBody => {
      return { kind: 'cost-recorded', step, attempt: 1, epoch: 1, usage: known ? usageOf(5) : null };
    };
    const cut = [...both, cancelled('s1'), cancelled('s2')];
    expect(costsAwaitedUntil(stateAfter(plan, ...cut, cost('s2', false)))).toBe(5_000);
    expect(costsAwaitedUntil(stateAfter(plan, ...cut, cost('s1', true), cost('s2', false)))).toBeNull();
  });

  it('nothing is awaited of what was not running', () => {
    expect(costsAwaitedUntil(stateAfter(plan, started('s1'), succeeded('s1'), cancelled('s2')))).toBeNull();
  });
});
