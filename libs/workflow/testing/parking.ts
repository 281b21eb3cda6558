import type { Decision, ParkedFor, Performance } from '../events.js';
import { awaits } from '../fold.js';
import type { State } from '../state.js';

/*
 * What the owner says when a performance ends without a result because it has to wait: decided from the state behind
 * the fence, so that what is said of a step that is gone already is not said at all.
 */

export type Wish = (state: State) => readonly Decision[];

const WAITS_MS = [400, 2_000, 60_000, 600_000] as const;

/** The step waits for a time only. */
export function pausing(performance: Performance, which: number, now: number): Wish {
  const why = (['rate', 'budget'] as const)[which % 2] ?? 'rate';
  return (state) => (isOurs(state, performance) ? [park(performance, why, now + waitOf(which))] : []);
}

function isOurs(state: State, performance: Performance): boolean {
  const step = state.steps[performance.step];
  return awaits(state, performance) && step?.is === 'running' && step.epoch === performance.epoch;
}

function park({ step, attempt }: Performance, why: ParkedFor, until: number): Decision {
  return { kind: 'step-parked', step, attempt, why, until };
}

function waitOf(which: number): number {
  return WAITS_MS[which & 3] ?? WAITS_MS[0];
}
