import { type Journal, OwnershipLost, SeqTaken, type Tail } from '#libs/journal/index.js';
import type { Clock } from '#libs/kernel/index.js';
import { crashPoint, type Write } from '#libs/platform/database/index.js';
import {
  advance,
  type Decision,
  type EventKind,
  foldAll,
  type JournalEvent,
  lateCost,
  type Note,
  type Outcome,
  type Performance,
  type State,
  type StepId,
  type StepReport,
  type StepTurn,
  type ToolResult,
  type Turn,
  type Usage,
  waitsForPeople,
} from '#libs/workflow/index.js';

/** What a run needs of the process around it. */
export interface Surroundings {
  readonly journal: Journal;
  readonly tail: Tail;
  readonly clock: Clock;
  /** Performs one attempt; never rejects. */
  perform(state: State, performance: Performance, cut: AbortController, record: Record): Promise<Outcome>;
  /** What other rooms write in the transaction of these events, which make one state into the other. */
  writesFor(before: State, after: State, events: readonly JournalEvent[]): readonly Write[];
  /** The run has ended, was released until `wakeAt`, or belongs to somebody else: it is forgotten here. */
  parted(run: Run, wakeAt: number | null): void;
  /** The database refused an append; asked again later. */
  troubled(run: Run, cause: unknown): void;
}

/** Puts a turn of the conversation on record; resolves to the results of its calls, unless the step must wait for one. */
export type Record = (turn: Turn, usage: Usage | null) => Promise<readonly ToolResult[]>;

/** A turn that waits for its pass, and who waits for its results. */
interface PostedTurn extends StepTurn {
  readonly cut: AbortController;
  readonly resolve: (results: readonly ToolResult[]) => void;
}

/** The attempt goes on by itself later, here or elsewhere: nothing is to be said of this performance. */
const SILENT: readonly unknown[] = ['shutdown', 'parked'];

/** What others write while this process owns the execution. */
const NOTES: ReadonlySet<EventKind> = new Set([
  'cancel-requested',
  'step-reported',
  'cost-recorded',
  'approval-decided',
]);

const isOwn = ({ body }: JournalEvent): boolean => !NOTES.has(body.kind);

/** Parked no longer than this, a run stays in memory: letting go and taking it again would cost two transactions. */
const SHORT_PAUSE_MS = 2_000;
/** A timer is only a hint, and none can be set for a month: what it finds not to be due yet is looked at again. */
export const LONGEST_SLEEP_MS = 3_600_000;
const TROUBLE_PAUSE_MS = 1_000;

/**
 * One execution in the process that owns it: its state, its mailbox, and one pass at a time. Results wait in the
 * mailbox; a pass drains it, decides, makes one append, and only then performs what was decided.
 */
export class Run {
  #mailbox: StepReport[] = [];
  #turns: PostedTurn[] = [];
  #first: readonly Decision[];
  #passing = false;
  #stale = false;
  #parted = false;
  #forgetTimer: (() => void) | null = null;
  readonly #cuts = new Map<StepId, { readonly performance: Performance; readonly cut: AbortController }>();

  constructor(
    readonly id: string,
    readonly epoch: number,
    private state: State,
    private readonly around: Surroundings,
  ) {
    const mayWrite = state.unreadable === null && state.epoch < epoch;
    this.#first = mayWrite ? [{ kind: 'execution-taken', epoch }] : [];
  }

  /** What the journal holds of it, as far as this process has appended or read. */
  get committed(): State {
    return this.state;
  }

  get performing(): number {
    return this.#cuts.size;
  }

  /** Performs what the accepting transaction has already started, then looks what is due. */
  begin(committed: readonly JournalEvent[]): void {
    this.#perform(committed);
    this.look();
  }

  /** Goes on with what this process owns without having heard of it, and does what it has written there itself. */
  adopt(committed: readonly JournalEvent[]): void {
    if (this.state.epoch === this.epoch) this.#follow(committed.filter(isOwn));
    this.nudge();
  }

  /** Somebody appended a note: read it before deciding further. */
  nudge(): void {
    this.#stale = true;
    this.look();
  }

  look(): void {
    if (!this.#passing && !this.#parted) void this.#pass();
  }

  /** Leaves everything to the journal: calls are cut off, nothing further is written. */
  abandon(): void {
    this.#part();
    for (const { cut } of this.#cuts.values()) cut.abort('shutdown');
  }

  async #pass(): Promise<void> {
    this.#passing = true;
    this.#forgetTimer?.();
    let wakeAt: number | null = null;
    do {
      const reports = this.#mailbox.splice(0);
      const turns = this.#turns.splice(0);
      try {
        if (this.#stale) await this.#catchUp();
        wakeAt = await this.#append(reports, turns);
      } catch (cause) {
        this.#mailbox.unshift(...reports);
        this.#turns.unshift(...turns);
        this.#stale = true;
        if (cause instanceof SeqTaken) continue;
        this.#passing = false;
        if (cause instanceof OwnershipLost) return this.#lost();
        return this.#trouble(cause);
      }
    } while (!this.#parted && this.#hasNews);
    if (!this.#parted) await this.#rest(wakeAt);
    this.#passing = false;
    // What came in while letting go failed or was on its way is looked at now.
    if (this.#hasNews) this.look();
  }

  async #catchUp(): Promise<void> {
    this.#stale = false;
    const news = await this.around.journal.events(this.id, this.state.seq);
    this.state = foldAll(news, this.state);
    // An append whose answer was lost on its way was committed all the same: nobody has done yet what it says.
    const own = news.filter(isOwn);
    if (own.length > 0) this.#follow(own);
  }

  /** Resolves to the next instant at which something is due by itself, as `due` says it: always later than now. */
  async #append(reports: readonly StepReport[], turns: readonly PostedTurn[]): Promise<number | null> {
    const besides = { first: this.#first, turns };
    const next = advance(this.state, reports, this.around.clock.now(), Math.random(), besides);
    const { wakeAt } = next;
    if (next.events.length === 0) return wakeAt;
    crashPoint('run.before-append');
    const also = this.around.writesFor(this.state, next.state, next.events);
    await this.around.journal.decide(this.id, this.epoch, next.events, also);
    crashPoint(next.state.phase === 'finished' ? 'run.finished' : 'run.appended');
    if (this.#parted) return null;
    this.#first = [];
    this.state = next.state;
    this.#follow(next.events);
    for (const turn of turns) this.#answer(turn);
    return wakeAt;
  }

  /** Tells of what is committed and does it. */
  #follow(committed: readonly JournalEvent[]): void {
    this.around.tail.publish(this.id, committed);
    this.#perform(committed);
    if (this.state.phase === 'finished') this.#finish();
  }

  #perform(committed: readonly JournalEvent[]): void {
    for (const { body } of committed) {
      if (body.kind === 'step-started' || body.kind === 'step-resumed') void this.#attempt(body);
      if (body.kind === 'step-parked') this.#cuts.get(body.step)?.cut.abort('parked');
      if (body.kind === 'step-cancelled') this.#cuts.get(body.step)?.cut.abort('cancelled');
    }
  }

  async #attempt({ step, attempt, epoch }: Performance): Promise<void> {
    const performance = { step, attempt, epoch };
    const entry = { performance, cut: new AbortController() };
    this.#cuts.set(step, entry);
    crashPoint('run.before-call');
    const record = this.#recorder(performance, entry.cut);
    const answering = this.around.perform(this.state, performance, entry.cut, record);
    crashPoint('run.called');
    const outcome = await answering;
    crashPoint('run.answered');
    if (this.#cuts.get(step) === entry) this.#cuts.delete(step);
    if (outcome.ok || !SILENT.includes(entry.cut.signal.reason)) this.#report({ ...performance, outcome });
    else this.look();
  }

  /** Turns are numbered behind those that were on record when this performance began. */
  #recorder(performance: Performance, cut: AbortController): Record {
    let turnNo = this.state.steps[performance.step]?.turns?.length ?? 0;
    return (turn, usage) =>
      new Promise((resolve) => {
        if (cut.signal.aborted) return;
        turnNo++;
        this.#post({ ...performance, turnNo, turn, usage, cut, resolve });
      });
  }

  #post(turn: PostedTurn): void {
    if (this.#parted) return void this.#leaveTurn(turn);
    this.#turns.push(turn);
    this.look();
  }

  /** Its results are there; or its step waits for one, was taken away, or goes on elsewhere: then it was cut. */
  #answer({ step: id, turnNo, resolve, cut }: PostedTurn): void {
    const step = this.state.steps[id];
    const results = step?.is === 'running' ? step.turns?.[turnNo - 1]?.results : undefined;
    const all = results?.flatMap((result) => result ?? []);
    if (all && all.length === results?.length) resolve(all);
    else cut.abort('parked');
  }

  /** A turn for an execution that is decided elsewhere: its step goes on there, from what is on record. */
  async #leaveTurn(turn: PostedTurn): Promise<void> {
    turn.cut.abort('parked');
    const cost = lateCost(this.state, { ...turn, outcome: turn });
    try {
      if (cost?.usage) await this.#note(cost);
    } catch (cause) {
      this.around.troubled(this, cause);
    }
  }

  get #hasNews(): boolean {
    return this.#stale || this.#mailbox.length > 0 || this.#turns.length > 0;
  }

  #report(report: StepReport): void {
    if (this.#parted) return void this.#leave(report);
    this.#mailbox.push(report);
    this.look();
  }

  /** A result for an execution that has ended or is owned elsewhere: it was paid for, so it is not lost. */
  async #leave(report: StepReport): Promise<void> {
    const cost = lateCost(this.state, report);
    try {
      const taken = this.state.phase === 'open' && (await this.#note({ kind: 'step-reported', report }));
      if (!taken && cost?.usage) await this.#note(cost);
    } catch (cause) {
      this.around.troubled(this, cause);
    }
  }

  async #note(note: Note): Promise<boolean> {
    const event = await this.around.journal.note(this.id, note, this.around.clock.now());
    if (event) this.around.tail.publish(this.id, [event]);
    return event !== null;
  }

  /** Nothing to do now: stay while something runs or a short pause lasts, else let go. */
  async #rest(wakeAt: number | null): Promise<void> {
    const pauseMs = wakeAt === null ? Number.POSITIVE_INFINITY : wakeAt - this.around.clock.now();
    if (this.#cuts.size > 0 || pauseMs < SHORT_PAUSE_MS) {
      if (wakeAt !== null) this.#lookAgainIn(pauseMs);
      return;
    }
    try {
      crashPoint('run.before-release');
      const { seq } = this.state;
      const released = await this.around.journal.release(this.id, seq, this.epoch, wakeAt, waitsForPeople(this.state));
      crashPoint('run.released');
      if (!released) this.#stale = true;
      if (!released || this.#parted) return;
    } catch (cause) {
      // Perhaps by this very process: the answer to its letting go was lost.
      if (cause instanceof OwnershipLost) return this.#lost();
      return this.#trouble(cause);
    }
    this.#part();
    this.around.parted(this, this.#hasNews ? this.around.clock.now() : wakeAt);
  }

  #lookAgainIn(delayMs: number): void {
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(1, delayMs));
    this.#forgetTimer = this.around.clock.after(sleepMs, () => this.look());
  }

  #trouble(cause: unknown): void {
    this.around.troubled(this, cause);
    this.#lookAgainIn(TROUBLE_PAUSE_MS);
  }

  #finish(): void {
    this.#part();
    this.around.parted(this, null);
  }

  /** Another process decides now, or whoever takes it next; what this one still learns is delivered as notes. */
  #lost(): void {
    this.#part();
    for (const report of this.#mailbox.splice(0)) void this.#leave(report);
    for (const turn of this.#turns.splice(0)) void this.#leaveTurn(turn);
    this.around.parted(this, this.around.clock.now());
  }

  #part(): void {
    this.#parted = true;
    this.#forgetTimer?.();
  }
}
