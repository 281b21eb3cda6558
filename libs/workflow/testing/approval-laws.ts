import type { Vote } from '../events.js';
import type { Approval, ApprovalMoment, Plan } from '../plan.js';
import type { Step } from '../state.js';
import type { Told } from './told.js';

/** Nothing goes past the people who must agree, and nobody is said to have refused who did not. */
export function approvalLaws({ event: { body, at }, before }: Told, plan: Plan): readonly string[] {
  if (!('step' in body)) return [];
  const step = before.steps[body.step];
  if (!step) return [];
  const agreed = (when: ApprovalMoment): boolean => {
    const approval = approvalFor(step, plan, when);
    return approval === null || verdictOf(approval, votesOf(step), step, at) === 'granted';
  };
  if (body.kind === 'step-started' && body.attempt === 1 && !agreed('before'))
    return [`${step.id} began without the people who must agree`];
  if (body.kind === 'step-succeeded' && !agreed('after'))
    return [`the result of ${step.id} went past the people who must agree`];
  const isRefused = body.kind === 'step-failed' && body.error.code.startsWith('approval.');
  if (!isRefused) return [];
  const approval = step.is === 'parked' && step.approval ? approvalFor(step, plan, step.approval.when) : null;
  const verdict = approval && verdictOf(approval, votesOf(step), step, at);
  return verdict === 'refused' ? [] : [`${step.id} was refused by nobody`];
}

/** At rest nothing lies that people or time have decided; what waits for a free place excepted. */
export function undecided(step: Step, plan: Plan, now: number, isCrowded: boolean): readonly string[] {
  if (step.is !== 'parked' || !step.approval) return [];
  const approval = approvalFor(step, plan, step.approval.when);
  const verdict = approval ? verdictOf(approval, votesOf(step), step, now) : 'granted';
  const mayWait = verdict === 'granted' && step.approval.when === 'before' && isCrowded;
  return verdict === null || mayWait ? [] : [`${step.id} waits though it is ${verdict}`];
}

function approvalFor({ agentId }: Step, { nodes }: Plan, when: ApprovalMoment): Approval | null {
  const approval = nodes.find((node) => node.agentId === agentId)?.approval;
  return approval?.when === when ? approval : null;
}

function votesOf(step: Step): readonly Vote[] {
  return step.is === 'parked' ? (step.approval?.votes ?? []) : [];
}

/** Counted anew, each person once; null: open. */
function verdictOf({ quorum, approvers, onExpiry }: Approval, votes: readonly Vote[], step: Step, now: number) {
  const byPerson = new Map(votes.toReversed().map(({ by, decision }) => [by, decision]));
  const isOver = step.is === 'parked' && step.until !== null && step.until <= now;
  const people = [...byPerson].filter(([by]) => by !== null).map(([, decision]) => decision);
  const yes = people.filter((decision) => decision === 'approve').length;
  const no = people.length - yes;
  if (byPerson.has(null)) return onExpiry === 'approve' ? 'granted' : 'refused';
  if (yes >= quorum) return 'granted';
  if (Math.max(1, approvers.length) - no < quorum) return 'refused';
  return isOver ? (onExpiry === 'approve' ? 'granted' : 'refused') : null;
}

export function editOf(step: Step | undefined): string | null {
  const votes = step ? votesOf(step) : [];
  return votes.findLast(({ decision, edited }) => decision === 'approve' && edited !== null)?.edited ?? null;
}
