import { type ActorRef, isUuid } from '#libs/kernel/index.js';
import { personKey } from '#libs/platform/people/index.js';
import { type Approval, type ApprovalMoment, agreement, type StepId, type Vote } from '#libs/workflow/index.js';

export const APPROVAL_STATUSES = ['pending', 'approved', 'rejected', 'expired', 'cancelled'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** What people are asked, as it was when they were asked. */
export interface Asked {
  readonly teamId: string;
  readonly teamName: string;
  readonly agentId: string;
  readonly agentName: string;
  readonly when: ApprovalMoment;
  /** What they judge: what the agent is to receive, or what it gave. */
  readonly subject: string;
  readonly expiresAt: number | null;
  readonly approval: Approval;
}

export interface GivenVote extends Vote {
  readonly at: number;
}

/** A question to people and what became of it. */
export interface ApprovalRecord {
  readonly id: string;
  readonly executionId: string;
  readonly stepId: StepId;
  /** The owner of the execution. */
  readonly userId: string;
  readonly status: ApprovalStatus;
  readonly requestedAt: number;
  readonly settledAt: number | null;
  readonly asked: Asked;
  /** Those that count, in their order. */
  readonly votes: readonly GivenVote[];
}

export function isApprovalId(text: string): boolean {
  const dot = text.indexOf('.');
  return isUuid(text.slice(0, dot)) && /^[a-z]\d{1,9}(?:~\d{1,9})?$/.test(text.slice(dot + 1));
}

/** Under which names somebody may have been asked. */
export function namesOf({ id, email }: ActorRef): readonly string[] {
  return [personKey(id), personKey(email)];
}

/** Whether it is for them to decide: for those who are named, else for the owner of the execution. */
export function isAsked(actor: ActorRef, { userId, asked }: Pick<ApprovalRecord, 'userId' | 'asked'>): boolean {
  const { approvers } = asked.approval;
  if (approvers.length === 0) return actor.id === userId;
  const names = namesOf(actor);
  return approvers.some((name) => names.includes(personKey(name)));
}

/** As the journal counts them: each person once, and nobody once it is decided. */
export function counted(approval: Approval, votes: readonly GivenVote[]): readonly GivenVote[] {
  const heard: GivenVote[] = [];
  for (const vote of votes) {
    const isHeard = agreement(approval, heard) === 'open' && !heard.some(({ by }) => by === vote.by);
    if (isHeard) heard.push(vote);
  }
  return heard;
}

/** Enough votes decide it at once; the owner of the execution writes down what follows a moment later. */
export function standsAs({ status, asked, votes }: ApprovalRecord): ApprovalStatus {
  const stands = status === 'pending' ? agreement(asked.approval, votes) : 'open';
  if (stands === 'open') return status;
  return stands === 'granted' ? 'approved' : 'rejected';
}
