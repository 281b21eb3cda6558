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

/** What the inbox says became of a question. */
export interface KeptApproval {
  readonly step: StepId;
  readonly status: string;
}

export interface Testimony {
  readonly cast: readonly CastVote[];
  readonly inbox: readonly KeptApproval[];
  /** What the agent of this attempt was told; undefined: it was never asked. */
  readonly heard: (step: StepId, attempt: number) => string | undefined;
}

interface Asked {
  readonly when: ApprovalMoment;
  readonly votes: Vote[];
  isOpen: boolean;
}

type Told<K extends EventKind> = Extract<EventBody, { kind: K }>;

/**
 * Nothing goes past the people who are asked, what they agreed to follows in their words, what was `cast` counts exactly
 * once, and their inbox says the same.
 */
export function judgeApprovals(events: readonly JournalEvent[], testimony: Testimony): readonly Flaw[] {
  const court = new Court(events, testimony.heard);
  for (const { body } of events) court.hear(body);
  return [...court.flaws, ...court.unsettled(), ...court.missing(testimony.cast), ...court.otherwise(testimony.inbox)];
}

class Court {
  readonly flaws: Flaw[] = [];
  readonly #agents: AgentsOf;
  readonly #approvals = new Map<string, Approval>();
  readonly #asked = new Map<StepId, Asked>();

  constructor(
    events: readonly JournalEvent[],
    private readonly heard: Testimony['heard'],
  ) {
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

  otherwise(inbox: readonly KeptApproval[]): readonly Flaw[] {
    const outcomes = [...this.#asked].map(([step, asked]) => `${step} ${outcomeOf(this.#approvalOf(step), asked)}`);
    const kept = inbox.map(({ step, status }) => `${step} ${status}`);
    const [told, known] = [[...kept].sort().join(', '), outcomes.sort().join(', ')];
    return told === known ? [] : [broken(`has the inbox say "${told}", where it is "${known}".`)];
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

  #begin({ step, attempt }: Told<'step-started'>): void {
    const approval = this.#approvalOf(step);
    if (approval?.when !== 'before') return;
    const asked = this.#asked.get(step);
    if (!isGranted(approval, asked)) this.flaws.push(broken(`began ${step} without a yes.`));
    const [heard, edited] = [this.heard(step, attempt), editedIn(asked)];
    if (heard !== undefined && edited !== null && heard !== edited)
      this.flaws.push(lost(`was not told what people made of ${step}.`));
    this.#close(step);
  }

  #succeed({ step, output }: Told<'step-succeeded'>): void {
    const approval = this.#approvalOf(step);
    const asked = this.#asked.get(step);
    if (approval?.when === 'after' && !isGranted(approval, asked))
      this.flaws.push(broken(`ended ${step} without a yes.`));
    const edited = editedIn(asked);
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

function editedIn(asked: Asked | undefined): string | null {
  return asked?.votes.findLast((vote) => vote.decision === 'approve' && vote.edited !== null)?.edited ?? null;
}

/** Those who decided did so, also where the run was stopped before it could obey. */
function outcomeOf(approval: Approval | null, asked: Asked): string {
  if (asked.votes.some(({ by }) => by === null)) return 'expired';
  if (isGranted(approval, asked)) return 'approved';
  if (isRefused(approval, asked)) return 'rejected';
  return asked.isOpen ? 'pending' : 'cancelled';
}

function isGranted(approval: Approval | null, asked: Asked | undefined): boolean {
  const { votes = [] } = asked ?? {};
  const time = votes.find(({ by }) => by === null);
  return time ? time.decision === 'approve' : said(votes, 'approve') >= (approval?.quorum ?? 1);
}

function isRefused(approval: Approval | null, { votes }: Asked): boolean {
  const { approvers = [], quorum = 1 } = approval ?? {};
  const time = votes.find(({ by }) => by === null);
  return time ? time.decision === 'reject' : Math.max(1, approvers.length) - said(votes, 'reject') < quorum;
}

function said(votes: readonly Vote[], decision: Vote['decision']): number {
  return votes.filter((vote) => vote.decision === decision).length;
}
