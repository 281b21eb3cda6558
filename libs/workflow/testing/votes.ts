import { isJudged } from '../approvals.js';
import type { Vote } from '../events.js';
import type { State, Step } from '../state.js';

type Judged = Extract<Step, { is: 'parked' }>;

export function openApprovals(state: State): readonly Judged[] {
  return Object.values(state.steps).filter((step) => isJudged(step));
}

/** A word of one who is asked; two in three agree, one in six of those writes something else instead. */
export function anyVote(who: number, what: number, { agentId }: Step, { started }: State): Vote {
  const asked = started?.plan.nodes.find((node) => node.agentId === agentId)?.approval?.approvers ?? [];
  const by = asked[who % Math.max(1, asked.length)] ?? 'owner';
  const decision = what % 3 === 2 ? 'reject' : 'approve';
  return { by, decision, edited: what % 6 === 1 ? EDITED : null, comment: null };
}

export const EDITED = 'edited';
