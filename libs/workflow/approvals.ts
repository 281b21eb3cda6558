import type { Decision, StepError, Vote } from './events.js';
import { outputOf } from './output.js';
import type { Approval, ApprovalMoment, Plan, StepId } from './plan.js';
import type { OpenApproval, State, Step } from './state.js';

/*
 * Invariant: a step that people must agree to goes on only when enough of them did, and is refused as soon as enough of
 * them cannot any more; time speaks only where it was told to.
 */

/** What the workflow asks of people for the agent of this step, questions that were put to it included. */
export function approvalOf({ nodes }: Plan, { agentId }: Pick<Step, 'agentId'>, when: ApprovalMoment): Approval | null {
  const approval = nodes.find((node) => node.agentId === agentId)?.approval;
  return approval?.when === when ? approval : null;
}

/** By which the world knows what people are asked. Of a step they are asked once: in another round it is another step. */
export function approvalId(executionId: string, step: StepId): string {
  return `${executionId}.${step}`;
}

/** The mark that people are asked from now on. */
export function untilOf({ expiresMs }: Approval, now: number): number | null {
  return expiresMs === null ? null : now + expiresMs;
}

type Judged = Extract<Step, { is: 'parked' }> & { readonly approval: OpenApproval };

export function isJudged(step: Step): step is Judged {
  return step.is === 'parked' && step.approval !== undefined;
}

/** What follows from the votes and the time; empty: people are still asked. */
export function judged(plan: Plan, state: State, step: Judged, now: number): readonly Decision[] {
  const { when, votes, output } = step.approval;
  const approval = approvalOf(plan, step, when);
  if (!approval) return [];
  const { id, attempt, until } = step;
  switch (agreement(approval, votes)) {
    case 'open': {
      if (until === null || until > now) return [];
      const vote = { by: null, decision: approval.onExpiry, edited: null, comment: null };
      return [{ kind: 'approval-decided', step: id, ...vote }];
    }
    case 'refused':
      return [{ kind: 'step-failed', step: id, attempt, epoch: state.epoch, error: refusal(votes), usage: null }];
    case 'granted': {
      // Those who agree to a run wait for a free place like everybody who wakes.
      if (output === null) return [];
      const edited = editedBy(votes);
      const agreed = edited === null ? output : outputOf(edited, output.execution_time);
      const { epoch } = step.approval;
      return [{ kind: 'step-succeeded', step: id, attempt, epoch, output: agreed, usage: null }];
    }
  }
}

export function isGranted(plan: Plan, step: Judged): boolean {
  const approval = approvalOf(plan, step, step.approval.when);
  return approval !== null && agreement(approval, step.approval.votes) === 'granted';
}

/** Whether a word of theirs on this step counts: once each, and only while it is open. Null: time itself speaks. */
export function mayVote(plan: Plan, step: Step, by: string | null): boolean {
  if (!isJudged(step)) return false;
  const approval = approvalOf(plan, step, step.approval.when);
  const { votes } = step.approval;
  return approval !== null && agreement(approval, votes) === 'open' && !votes.some((vote) => vote.by === by);
}

/** What the last of those who agreed wrote instead; null: they agreed to it as it was. */
export function editedBy(votes: readonly Vote[]): string | null {
  return votes.findLast(({ decision, edited }) => decision === 'approve' && edited !== null)?.edited ?? null;
}

export type Agreement = 'open' | 'granted' | 'refused';

/** What these votes add up to: enough agree, enough cannot any more, or neither. */
export function agreement({ approvers, quorum }: Approval, votes: readonly Vote[]): Agreement {
  const said = (decision: Vote['decision']): number => votes.filter((vote) => vote.decision === decision).length;
  const byTime = votes.find(({ by }) => by === null);
  if (byTime) return byTime.decision === 'approve' ? 'granted' : 'refused';
  if (said('approve') >= quorum) return 'granted';
  const people = Math.max(1, approvers.length);
  return people - said('reject') < quorum ? 'refused' : 'open';
}

function refusal(votes: readonly Vote[]): StepError {
  const last = votes.findLast(({ decision }) => decision === 'reject');
  if (last?.by === null) return { code: 'approval.expired', message: 'Nobody decided in time.' };
  const why = last?.comment ? `: ${last.comment}` : '.';
  return { code: 'approval.rejected', message: `The people who were asked did not agree${why}` };
}
