import type { Decision, StepError } from './events.js';
import { type Plan, type PlanNode, stepOf } from './plan.js';
import { chargeKey, isSettled, type State, type Step } from './state.js';

export const CANCELLED_BY_USER: StepError = {
  code: 'execution.cancelled',
  message: 'Execution cancelled by user',
};

/** How long the end waits for the cost of calls that were cut off. */
export const CUT_GRACE_MS = 1_000;

/** The step of the node's present round. */
export function currentStep(state: State, node: string): Step | undefined {
  return state.steps[stepOf(node, state.rounds[node] ?? 1)];
}

export function failedSteps(plan: Plan, state: State): readonly Extract<Step, { is: 'failed' }>[] {
  return plan.nodes.flatMap(({ id }) => {
    const step = currentStep(state, id);
    return step?.is === 'failed' ? [step] : [];
  });
}

/** How the run ends once every step is settled, by the plan's failure policy. */
export function verdict(plan: Plan, state: State): Extract<Decision, { kind: 'execution-finished' }> {
  if (state.cancelling) return { kind: 'execution-finished', status: 'cancelled', error: CANCELLED_BY_USER };
  const fatal = fatalFailure(plan, state);
  if (fatal) return { kind: 'execution-finished', status: 'failed', error: fatal };
  return { kind: 'execution-finished', status: 'completed', error: null };
}

function fatalFailure(plan: Plan, state: State): StepError | null {
  const first = failedSteps(plan, state)[0];
  if (!first) return null;
  switch (plan.onFailure) {
    case 'stop':
    case 'finish-others':
    case 'fail-fast':
      return first.error;
    case 'continue':
      return plan.nodes.some(({ id }) => currentStep(state, id)?.is === 'succeeded') ? null : first.error;
    case 'tolerate':
      return first.node === plan.nodes[0]?.id ? first.error : null;
  }
}

/** Whether a failure means that no further step may begin. */
export function isDoomed(plan: Plan, state: State): boolean {
  const failed = failedSteps(plan, state);
  if (failed.length === 0) return false;
  if (plan.onFailure === 'stop' || plan.onFailure === 'fail-fast') return true;
  return plan.onFailure === 'tolerate' && failed.some(({ node }) => node === plan.nodes[0]?.id);
}

/** The instant until which the end waits for costs of calls that were cut off; null: nothing to wait for. */
export function costsAwaitedUntil(state: State): number | null {
  let until: number | null = null;
  for (const step of Object.values(state.steps)) {
    if (step.is !== 'cancelled' || step.cut === null) continue;
    if (!(chargeKey(step.cut) in state.charges)) until = Math.max(until ?? 0, step.endedAt + CUT_GRACE_MS);
  }
  return until;
}

export function allSettled(plan: Plan, state: State): boolean {
  const open = (node: PlanNode): boolean => {
    const step = currentStep(state, node.id);
    return step === undefined || !isSettled(step);
  };
  return !plan.nodes.some(open) && Object.values(state.steps).every(isSettled);
}
