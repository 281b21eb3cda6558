import { afterInterruption } from './interrupted.js';
import type { OnInterrupted, PlanNode } from './plan.js';
import { planWith, started, stateAfter, stepThat } from './testing/journals.js';

const NOW = 1_000_000;
const OWNER = 7;

function after(onInterrupted: OnInterrupted | 'question', interruptions: number, attempt = 1): object {
  const plan = planWith({ s1: onInterrupted === 'question' ? {} : { onInterrupted } });
  const step = stepThat(stateAfter(plan, started('s1')), 's1', 'running');
  const node: PlanNode | undefined = onInterrupted === 'question' ? undefined : plan.nodes[0];
  return afterInterruption({ ...step, performed: false, attempt, interruptions }, node, OWNER, NOW);
}

describe('what the death of its process makes of a step', () => {
  it('is the same attempt again, by the new owner', () => {
    expect(after('resume', 1)).toEqual({ kind: 'step-resumed', step: 's1', attempt: 1, epoch: OWNER });
    expect(after('resume', 4, 3)).toEqual({ kind: 'step-resumed', step: 's1', attempt: 3, epoch: OWNER });
  });

  it('is the next attempt at once, where each may be performed only once', () => {
    expect(after('retry', 1)).toEqual({
      kind: 'step-retrying',
      step: 's1',
      attempt: 1,
      epoch: 1,
      error: { code: 'step.interrupted', message: 'The server stopped once while this step was running.' },
      retryAt: NOW,
      usage: null,
    });
  });

  it('is failure when no attempt is left', () => {
    expect(after('retry', 1, 2)).toMatchObject({ kind: 'step-retrying' });
    expect(after('retry', 1, 3)).toMatchObject({ kind: 'step-failed', attempt: 3, epoch: 1, usage: null });
  });

  it('is failure where the step may not be begun again', () => {
    expect(after('fail', 1)).toMatchObject({ kind: 'step-failed', error: { code: 'step.interrupted' } });
  });

  it('is failure after five deaths, whatever the policy', () => {
    const message = 'The server stopped 5 times while this step was running.';
    expect(after('resume', 4)).toMatchObject({ kind: 'step-resumed' });
    for (const policy of ['resume', 'retry', 'question'] as const) {
      expect(after(policy, 5)).toMatchObject({ kind: 'step-failed', error: { code: 'step.interrupted', message } });
    }
  });

  it('is the same attempt again for a question', () => {
    expect(after('question', 1)).toMatchObject({ kind: 'step-resumed', epoch: OWNER });
  });
});
