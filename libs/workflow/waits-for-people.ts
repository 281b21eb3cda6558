import { isJudged } from './approvals.js';
import type { State } from './state.js';

/*
 * Invariant: an execution waits for people only when nothing else could go on before they have spoken or their time is
 * up: nothing runs, and nothing pauses that wakes by itself.
 */

/** Whether only people can bring it on. Whoever waits for the answer of an agent that they are asked about waits for them. */
export function waitsForPeople({ phase, steps }: State): boolean {
  if (phase !== 'open') return false;
  const all = Object.values(steps);
  const isHeldUp = all.every(
    (step) => step.is !== 'running' && (step.is !== 'parked' || isJudged(step) || step.why === 'answer'),
  );
  return isHeldUp && all.some(isJudged);
}
