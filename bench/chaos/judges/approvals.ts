import type {
  Approval,
  ApprovalMoment,
  EventBody,
  EventKind,
  JournalEvent,
  StepId,
  Vote,
} from '#libs/workflow/index.js';
import { broken, doubled, type Flaw, lost } from '../findings.js';
import { AgentsOf } from './agents-of.js';

/** A word of somebody that was answered with success. */
export interface CastVote {
  readonly step: StepId;
  readonly by: string;
  readonly decision: Vote['decision'];
}

interface Asked {
  readonly when: ApprovalMoment;
  readonly votes: Vote[];
  isOpen: boolean;
}

type Told<K extends EventKind> = Extract<EventBody, { kind: K }>;

/** Nothing goes past the people who are asked, what they agreed to follows, and what was `cast` counts exactly once. */
export function judgeApprovals(events: readonly JournalEvent[], cast: readonly CastVote[]): readonly Flaw[] {
  const court = new Court(events);
  for (const { body } of events) court.hear(body);
  return [...court.flaws, ...court.unsettled(), ...court.missing(cast)];
}

class Court {
  readonly flaws: Flaw[] = [];
  readonly #agents: AgentsOf;
  readonly #approvals = new Map<string, Approval>();
  readonly #asked = new Map<StepId, Asked>();

  constructor(events: readonly JournalEvent[]) {
    this.#agents = new AgentsOf(events);
    const [first] = events;
    const nodes = first?.body.kind === 'execution-started' ? first.body.plan.nodes : [];
    for (const { agentId, approval } of nodes) if (approval) this.#approvals.set(agentId, approval);
  }

  hear(body: EventBody): void {
    if (body.kind === 'approval-requested') this.#ask(body);
    if (body.kind === 'approval-decided') this.#count(body);
    if (body.kind === 'step-started') this.#begin(body);
    if (body.kind === 'step-succeeded') this.#succeed(body);
    if (body.kind === 'step-failed') this.#fail(body);
    if (body.kind === 'step-cancelled') this.#close(body.step);
  }

  unsettled(): readonly Flaw[] {
    return [...this.#asked].flatMap(([step, { isOpen }]) =>
      isOpen ? [lost(`ended while ${step} waited for people.`)] : [],
    );
  }

  missing(cast: readonly CastVote[]): readonly Flaw[] {
    return cast.flatMap(({ step, by, decision }) => {
      const votes = this.#asked.get(step)?.votes ?? [];
      const own = votes.filter((vote) => vote.by === by && vote.decision === decision);
      return own.length === 1 ? [] : [lost(`has ${own.length} times that ${by} said ${decision} to ${step}.`)];
    });
  }

  #ask({ step, when }: Told<'approval-requested'>): void {
    if (this.#asked.has(step)) this.flaws.push(doubled(`asks people twice about ${step}.`));
    this.#asked.set(step, { when, votes: [], isOpen: true });
  }

  /** The time of an owner who did not know yet that it was decided may speak in vain. */
  #count(vote: Told<'approval-decided'>): void {
    const asked = this.#asked.get(vote.step);
    const isNew = asked?.isOpen && !asked.votes.some(({ by }) => by === vote.by);
    if (isNew) asked.votes.push(vote);
    else if (vote.by !== null)
      this.flaws.push(doubled(`has a second word of ${vote.by} on ${vote.step}, or a late one.`));
  }

  #begin({ step }: Told<'step-started'>): void {
    const approval = this.#approvalOf(step);
    if (approval?.when !== 'before') return;
    if (!isGranted(approval, this.#asked.get(step))) this.flaws.push(broken(`began ${step} without a yes.`));
    this.#close(step);
  }

  #succeed({ step, output }: Told<'step-succeeded'>): void {
    const approval = this.#approvalOf(step);
    const asked = this.#asked.get(step);
    if (approval?.when === 'after' && !isGranted(approval, asked))
      this.flaws.push(broken(`ended ${step} without a yes.`));
    const edited = asked?.votes.findLast((vote) => vote.decision === 'approve' && vote.edited !== null)?.edited ?? null;
    if (approval?.when === 'after' && edited !== null && output.result !== edited)
      this.flaws.push(lost(`does not have what people made of ${step}.`));
    this.#close(step);
  }

  #fail({ step }: Told<'step-failed'>): void {
    const approval = this.#approvalOf(step);
    const asked = this.#asked.get(step);
    if (approval && asked?.isOpen && !isRefused(approval, asked))
      this.flaws.push(broken(`failed ${step} without a no.`));
    this.#close(step);
  }

  #close(step: StepId): void {
    const asked = this.#asked.get(step);
    if (asked) asked.isOpen = false;
  }

  #approvalOf(step: StepId): Approval | null {
    return this.#approvals.get(this.#agents.get(step) ?? '') ?? null;
  }
}

function isGranted({ quorum }: Approval, asked: Asked | undefined): boolean {
  const { votes = [] } = asked ?? {};
  const time = votes.find(({ by }) => by === null);
  return time ? time.decision === 'approve' : said(votes, 'approve') >= quorum;
}

function isRefused({ approvers, quorum }: Approval, { votes }: Asked): boolean {
  const time = votes.find(({ by }) => by === null);
  return time ? time.decision === 'reject' : Math.max(1, approvers.length) - said(votes, 'reject') < quorum;
}

function said(votes: readonly Vote[], decision: Vote['decision']): number {
  return votes.filter((vote) => vote.decision === decision).length;
}
