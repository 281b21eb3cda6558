import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { ActorRef, Page } from '#libs/kernel/index.js';
import { PageQuery } from '#libs/platform/http/index.js';
import type { ApprovalDecision, ApprovalMoment, Vote } from '#libs/workflow/index.js';
import { APPROVAL_STATUSES, type ApprovalRecord, type ApprovalStatus, isAsked, standsAs } from './approval.js';

export class ApprovalsQuery extends PageQuery {
  /** Left out: `pending`. */
  @IsIn(APPROVAL_STATUSES)
  status: ApprovalStatus = 'pending';
}

export class DecideBody {
  @IsIn(['approve', 'reject'])
  decision!: ApprovalDecision;

  /** What the agent is to receive, or to have given, instead. Only with `approve`. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  edited?: string | null;

  /** For the others who are asked and the owner of the run; of a rejection it becomes the reason of the failure. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  comment?: string | null;

  static choice({ decision, edited = null, comment = null }: DecideBody): Omit<Vote, 'by'> {
    return { decision, edited, comment };
  }
}

export class VoteView {
  /** A user id; null: nobody decided in time. */
  by!: string | null;
  decision!: ApprovalDecision;
  edited!: string | null;
  comment!: string | null;
  at!: string;
}

/** A step that waits for people, and what they say. */
export class ApprovalRecordView {
  id!: string;
  execution_id!: string;
  team_id!: string;
  team_name!: string;
  step_id!: string;
  agent_id!: string;
  agent_name!: string;
  /** `before` the agent runs, or `after`: of what it gave. */
  when!: ApprovalMoment;
  /** What is judged: what the agent is to receive, or what it gave. */
  subject!: string;
  /** `expired`: nobody decided in time. `cancelled`: the execution no longer needs it. */
  status!: ApprovalStatus;
  requested_at!: string;
  /** Null: it waits for ever. */
  expires_at!: string | null;
  /** What silence means then. */
  on_expiry!: ApprovalDecision;
  /** As the team names them; empty: the owner of the execution. */
  approvers!: readonly string[];
  /** How many must agree. */
  quorum!: number;
  votes!: readonly VoteView[];
  /** Whether it is for the caller to decide, and still open to them. */
  may_decide!: boolean;
  settled_at!: string | null;

  static of(record: ApprovalRecord, actor: ActorRef): ApprovalRecordView {
    const { asked, votes } = record;
    const { approvers, quorum, onExpiry } = asked.approval;
    const status = standsAs(record);
    const settledAt = record.settledAt ?? (status === 'pending' ? null : (votes.at(-1)?.at ?? null));
    const hasVoted = votes.some(({ by }) => by === actor.id);
    return {
      id: record.id,
      execution_id: record.executionId,
      team_id: asked.teamId,
      team_name: asked.teamName,
      step_id: record.stepId,
      agent_id: asked.agentId,
      agent_name: asked.agentName,
      when: asked.when,
      subject: asked.subject,
      status,
      requested_at: instant(record.requestedAt),
      expires_at: asked.expiresAt === null ? null : instant(asked.expiresAt),
      on_expiry: onExpiry,
      approvers,
      quorum,
      votes: votes.map(({ by, decision, edited, comment, at }) => ({ by, decision, edited, comment, at: instant(at) })),
      may_decide: status === 'pending' && !hasVoted && isAsked(actor, record),
      settled_at: settledAt === null ? null : instant(settledAt),
    };
  }
}

export class ApprovalPageView {
  items!: readonly ApprovalRecordView[];
  total!: number;
  page!: number;
  limit!: number;
  pages!: number;

  static of({ items, ...rest }: Page<ApprovalRecord>, actor: ActorRef): ApprovalPageView {
    return { items: items.map((record) => ApprovalRecordView.of(record, actor)), ...rest };
  }
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
