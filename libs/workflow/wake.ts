import type { Added } from './events.js';
import type { Plan } from './plan.js';
import { isSettled, type State, type Step } from './state.js';
import { allSettled, costsAwaitedUntil } from './verdict.js';

/*
 * Invariant: what is parked goes on at its time, or as soon afterwards as the width allows; no answer is awaited beyond
 * its deadline; and `wakeAt` lies before every such instant that is still to come.
 */

/** Whether anybody waits for what an added step will answer: a timeout is an answer too. */
export function isAwaited({ askedBy, deadline }: Added, state: State, now: number): boolean {
  const asker = state.steps[askedBy];
  if (asker?.is !== 'parked' || asker.why !== 'answer') return false;
  return !isPast(deadline, now) && !isPast(asker.until, now);
}

/** Whether the time of a parked step has come, or all that it asked for. */
export function mayGoOn(step: Extract<Step, { is: 'parked' }>, steps: readonly Step[], now: number): boolean {
  if (isPast(step.until, now)) return true;
  return step.why === 'answer' && steps.every((one) => one.added?.askedBy !== step.id || isSettled(one));
}

/** The earliest instant to come at which something is due by itself; what is overdue waits for a place, not a time. */
export function wakeAt(plan: Plan, state: State, now: number): number | null {
  let earliest = allSettled(plan, state) ? costsAwaitedUntil(state) : null;
  for (const step of Object.values(state.steps)) {
    if (isSettled(step) || (step.is !== 'parked' && step.added === null)) continue;
    for (const instant of [step.is === 'parked' ? step.until : null, step.added?.deadline ?? null]) {
      if (instant !== null && !isPast(instant, now)) earliest = Math.min(earliest ?? instant, instant);
    }
  }
  return earliest;
}

function isPast(instant: number | null, now: number): boolean {
  return instant !== null && instant <= now;
}
