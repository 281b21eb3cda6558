import { Injectable } from '@nestjs/common';
import { Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock, Invalid, type Page, pageOf } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { crashPoint } from '#libs/platform/database/index.js';
import { foldAll, mayVote, type Vote } from '#libs/workflow/index.js';
import { AlreadyDecided, ApprovalNotFound, ApprovalSettled, NotAsked } from './approval.errors.js';
import { type ApprovalRecord, isApprovalId, isAsked, namesOf, standsAs } from './approval.js';
import { voteWrites } from './approval-writes.js';
import { type ApprovalFilter, ApprovalsStore } from './approvals.store.js';
import { Nudges } from './nudges.js';

/** The inbox of people whom teams ask. Whoever is neither asked nor the owner of the execution finds nothing. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly store: ApprovalsStore,
    private readonly journal: Journal,
    private readonly tail: Tail,
    private readonly nudges: Nudges,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  async list(actor: ActorRef, filter: ApprovalFilter): Promise<Page<ApprovalRecord>> {
    const [records, total] = await this.store.list(namesOf(actor), filter);
    return pageOf(records, total, filter.page, filter.limit);
  }

  /** Throws `ApprovalNotFound`. */
  async get(actor: ActorRef, id: string): Promise<ApprovalRecord> {
    const record = isApprovalId(id) ? await this.store.find(namesOf(actor), id) : null;
    if (!record) throw new ApprovalNotFound();
    return record;
  }

  /**
   * Puts the vote on record and has the execution go on if it was the last one needed. Throws `NotAsked`,
   * `AlreadyDecided`, and `ApprovalSettled` for what others, time or the execution decided first.
   */
  async decide(actor: ActorRef, id: string, choice: Omit<Vote, 'by'>): Promise<ApprovalRecord> {
    if (choice.decision === 'reject' && choice.edited !== null) {
      throw new Invalid({ edited: ['must be absent: what is rejected is not used'] });
    }
    const record = await this.get(actor, id);
    if (!isAsked(actor, record)) throw new NotAsked();
    refuseWhatIsDecided(record, actor, this.clock.now());
    const isCounted = await this.#note(record, actor, { by: actor.id, ...choice });
    const now = await this.get(actor, id);
    if (!isCounted) refuseWhatIsDecided(now, actor, this.clock.now());
    if (!isCounted) throw new ApprovalSettled('cancelled');
    return now;
  }

  /** Whether the journal counts it: another note or the end may have come first. */
  async #note(record: ApprovalRecord, actor: ActorRef, vote: Vote): Promise<boolean> {
    const { id, executionId, stepId } = record;
    const at = this.clock.now();
    const { decision, edited } = vote;
    const details = { decision, edited: edited !== null };
    const line = this.audit.line({ actor, did: 'approval.decided', to: id, details });
    const also = [...voteWrites(record, vote, at), line];
    crashPoint('approval.before-note');
    const said = { kind: 'approval-decided', step: stepId, ...vote } as const;
    const note = await this.journal.note(executionId, said, at, also);
    if (!note) return false;
    crashPoint('approval.noted');
    this.tail.publish(executionId, [note]);
    await this.nudges.send(executionId);
    const events = await this.journal.events(executionId);
    const before = foldAll(events.filter(({ seq }) => seq < note.seq));
    const step = before.steps[stepId];
    return before.started !== null && step !== undefined && mayVote(before.started.plan, step, vote.by);
  }
}

function refuseWhatIsDecided(record: ApprovalRecord, { id }: ActorRef, now: number): void {
  const { expiresAt } = record.asked;
  const status = standsAs(record);
  if (status !== 'pending') throw new ApprovalSettled(status);
  if (expiresAt !== null && expiresAt <= now) throw new ApprovalSettled('expired');
  const own = record.votes.find(({ by }) => by === id);
  if (own) throw new AlreadyDecided(own.decision);
}
