import type { Decision, StepError } from './events.js';
import type { PlanNode } from './plan.js';
import type { Step } from './state.js';

/** An attempt under which this many processes died is not begun again: the step may be what kills them. */
const MOST_INTERRUPTIONS = 5;

/** What the death of the process that performed it makes of a step: the same attempt again, the next one, or failure. */
export function afterInterruption(
  { id, attempt, epoch, interruptions }: Extract<Step, { is: 'running' }>,
  node: PlanNode | undefined,
  owner: number,
  now: number,
): Decision {
  const policy = node?.onInterrupted ?? 'resume';
  const mayTryAgain = interruptions < MOST_INTERRUPTIONS;
  if (mayTryAgain && policy === 'resume') return { kind: 'step-resumed', step: id, attempt, epoch: owner };
  const died = { step: id, attempt, epoch, error: errorOf(interruptions), usage: null };
  if (mayTryAgain && policy === 'retry' && node && attempt < node.retry.attempts) {
    return { kind: 'step-retrying', ...died, retryAt: now };
  }
  return { kind: 'step-failed', ...died };
}

function errorOf(interruptions: number): StepError {
  const times = interruptions === 1 ? 'once' : `${interruptions} times`;
  return { code: 'step.interrupted', message: `The server stopped ${times} while this step was running.` };
}
