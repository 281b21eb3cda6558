import { isJsonObject, type Json, type JsonObject } from '#libs/kernel/index.js';
import type { FailurePolicy, Loop, Strategy } from '#libs/workflow/index.js';
import { conditionsOf } from './compile-conditions.js';
import type { Placed, Placement } from './compile-order.js';
import type { Refuse, Workflow } from './workflow.js';

const PATH = 'workflow_definition.config';
const MOST_ROUNDS = 100;

const POLICY_OF = {
  sequential: 'stop',
  pipeline: 'stop',
  parallel: 'finish-others',
  conditional: 'tolerate',
} as const satisfies Record<Strategy, FailurePolicy>;

const PARALLEL_POLICIES: ReadonlyMap<Json | undefined, FailurePolicy> = new Map([
  ['fail', 'finish-others'],
  ['fail_fast', 'fail-fast'],
  ['continue', 'continue'],
]);

export function failurePolicyOf({ type, config }: Workflow, refuse: Refuse): FailurePolicy {
  const written = config?.failure_policy ?? null;
  const path = `${PATH}.failure_policy`;
  if (written === null) return POLICY_OF[type];
  const policy = PARALLEL_POLICIES.get(written);
  if (!policy) refuse(path, 'failure-policy-invalid', 'must be fail, fail_fast or continue');
  else if (type !== 'parallel') refuse(path, 'failure-policy-invalid', 'is only known in a parallel workflow');
  return policy ?? POLICY_OF[type];
}

/** The feedback of a pipeline as a loop whose body is every node between the two agents. */
export function loopsOf({ type, config }: Workflow, placement: Placement, refuse: Refuse): readonly Loop[] {
  const feedback = config?.feedback ?? null;
  const path = `${PATH}.feedback`;
  if (feedback === null) return [];
  if (type !== 'pipeline') {
    refuse(path, 'feedback-invalid', 'is only known in a pipeline');
    return [];
  }
  if (!isJsonObject(feedback)) {
    refuse(path, 'feedback-invalid', 'must be an object with from, to, max_iterations and when');
    return [];
  }
  return loopOf(feedback, placement, path, refuse);
}

function loopOf(feedback: JsonObject, placement: Placement, path: string, refuse: Refuse): readonly Loop[] {
  const from = agentAt(feedback.from, placement, `${path}.from`, refuse);
  const to = agentAt(feedback.to, placement, `${path}.to`, refuse);
  if (from && to && to.index >= from.index) {
    refuse(`${path}.to`, 'later-agent', 'must name an agent that runs before the one that gives the feedback');
  }
  const maxRounds = roundsOf(feedback.max_iterations, `${path}.max_iterations`, refuse);
  if (!from || !to) return [];

  const next = { ...from, index: from.index + 1 };
  const { conditions } = conditionsOf(feedback.when, next, placement, `${path}.when`, refuse);
  if (conditions.length === 0) refuse(`${path}.when`, 'conditions-missing', 'must hold at least one condition');
  const body = placement.agents.slice(to.index, from.index + 1).map(({ id }) => id);
  return [{ id: 'l1', from: from.id, to: to.id, body, maxRounds, when: conditions }];
}

function agentAt(agentId: Json | undefined, { byAgent }: Placement, path: string, refuse: Refuse): Placed | null {
  const placed = typeof agentId === 'string' ? byAgent.get(agentId) : undefined;
  if (!placed) refuse(path, 'unknown-agent', 'must name an agent of this workflow');
  return placed ?? null;
}

function roundsOf(written: Json | undefined, path: string, refuse: Refuse): number {
  if (written === undefined || written === null) {
    refuse(path, 'loop-unbounded', `is required: how many times the work may go back, from 1 to ${MOST_ROUNDS}`);
    return 1;
  }
  const isRight = typeof written === 'number' && Number.isInteger(written) && written >= 1 && written <= MOST_ROUNDS;
  if (isRight) return written;
  refuse(path, 'feedback-invalid', `must be a whole number from 1 to ${MOST_ROUNDS}`);
  return 1;
}
