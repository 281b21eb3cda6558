import { Invalid } from '#libs/kernel/index.js';
import type { State, StepId } from '#libs/workflow/index.js';

/** The step of the plan that goes by this id in the run. Throws `Invalid`, naming those that there are. */
export function stepCalled(id: StepId, { steps }: State): StepId {
  const known = Object.values(steps).filter(({ node }) => node !== null);
  const step = known.find((one) => one.id === id);
  if (step) return step.id;
  const there = known.map((one) => one.id).join(', ');
  throw new Invalid({ from_step: [`must be a step of the execution: ${there}`] }, 'execution.unknown-step');
}
