import type { Decision, ParkedFor, Performance } from '../events.js';
import { awaits } from '../fold.js';
import type { State } from '../state.js';

/*
 * What the owner says when a performance ends without a result because it has to wait: decided from the state behind
 * the fence, so that what is said of a step that is gone already is not said at all.
 */

export type Wish = (state: State) => readonly Decision[];

const DEEPEST = 3;
const MOST_ASKED = 6;
const WAITS_MS = [400, 2_000, 60_000, 600_000] as const;

/** The step asks one agent or two, itself included, within bounds of depth and number; then it waits for them. */
export function asking(performance: Performance, which: number, now: number): Wish {
  return (state) => {
    const asker = state.steps[performance.step];
    const asked = Object.values(state.steps).filter(({ added }) => added !== null).length;
    const depth = (asker?.added?.depth ?? 0) + 1;
    if (!isOurs(state, performance) || asked >= MOST_ASKED || depth > DEEPEST) return [];
    const agents = state.started?.plan.nodes ?? [];
    const until = now + waitOf(which);
    const questions = Array.from({ length: 1 + (which % 2) }, (_, index): Decision => {
      const agentId = agents[(which + index) % agents.length]?.agentId ?? '';
      const deadline = now + waitOf(which - index);
      const added = { agentId, askedBy: performance.step, depth, deadline, question: 'Why?' };
      return { kind: 'step-added', step: `c${asked + 1 + index}`, added };
    });
    return [...questions, park(performance, 'answer', until)];
  };
}

/** The step waits for a time only. */
export function pausing(performance: Performance, which: number, now: number): Wish {
  const why = (['rate', 'budget', 'approval'] as const)[which % 3] ?? 'rate';
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
