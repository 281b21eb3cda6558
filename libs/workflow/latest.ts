import type { StepOutput } from './events.js';
import { type NodeId, stepOf } from './plan.js';
import type { State, Step } from './state.js';

/** The step of the round a node is in; undefined while it has not opened. */
export function latestStep(state: State, node: NodeId): Step | undefined {
  return state.steps[stepOf(node, state.rounds[node] ?? 1)];
}

/** What a node gave in its latest round; null unless that round succeeded. */
export function latestOutput(state: State, node: NodeId): StepOutput | null {
  const step = latestStep(state, node);
  return step?.is === 'succeeded' ? step.output : null;
}

/** What a node gave last: it stands until another round gives something else. */
export function lastResult(state: State, node: NodeId): StepOutput | null {
  for (let round = state.rounds[node] ?? 1; round > 0; round--) {
    const step = state.steps[stepOf(node, round)];
    if (step?.is === 'succeeded') return step.output;
  }
  return null;
}
