import { holds } from './conditions.js';
import type { Loop, StepId } from './plan.js';
import { scopeOf } from './scope.js';
import type { State } from './state.js';

/** The loop that this step would have sent back once more, had it not gone back as often as it may. */
export function usedUpBy(state: State, stepId: StepId): Loop | undefined {
  const { started } = state;
  const step = state.steps[stepId];
  if (!started || step?.is !== 'succeeded') return undefined;
  return started.plan.loops.find(
    ({ from, maxRounds, when }) =>
      step.node === from &&
      step.round === maxRounds + 1 &&
      holds(when, scopeOf(started.plan, started, state), step.output),
  );
}
