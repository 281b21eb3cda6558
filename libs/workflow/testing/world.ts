import { type Micros, micros } from '#libs/kernel/index.js';
import { advance, type Core, lateCost, numbered } from '../advance.js';
import {
  type Decision,
  type ExecutionStarted,
  type JournalEvent,
  type Note,
  type Outcome,
  type Performance,
  type StepReport,
} from '../events.js';
import { UNBORN } from '../fold.js';
import type { Plan } from '../plan.js';
import { chargeKey, type State } from '../state.js';
import type { Happening, Script } from './happenings.js';
import { asking, pausing, type Wish } from './parking.js';
import { startedWith } from './states.js';

interface Runner {
  state: State;
  first: readonly Decision[];
  mailbox: StepReport[];
  performing: Performance[];
  /** Everything it ever reported: may be delivered again at any time. */
  reported: StepReport[];
}

/** A moment at which the core had nothing more to say. */
export interface Rest {
  readonly seq: number;
  readonly at: number;
  readonly wakeAt: number | null;
}

const NOTHING: Wish = () => [];

/** What an execution begins with that comes from another one. */
export interface Heritage {
  readonly started: ExecutionStarted;
  readonly adopted: readonly Decision[];
  /** When it is accepted. */
  readonly now: number;
}

/**
 * A journal, a clock and up to three processes that advance one execution with the real core: they ask and pause, crash,
 * take one another over while the other still lives (a zombie), deliver results late or twice. The journal is fenced as
 * the real one is: an append at a number that is taken, or by an owner of old, is refused whole.
 */
export class World {
  readonly journal: JournalEvent[] = [];
  readonly delivered = new Map<string, number>();
  readonly rests: Rest[] = [];
  now: number;
  #epoch = 1;
  #owner: Runner | null = null;
  #runners: Runner[] = [];

  constructor(
    plan: Plan,
    private readonly script: Script,
    private readonly core: Core,
    { started, adopted, now }: Heritage = { started: startedWith(plan), adopted: [], now: 1_000_000 },
  ) {
    this.now = now;
    const first = numbered(UNBORN, started, now);
    this.journal.push(first);
    const runner = this.#newRunner(core.fold(UNBORN, first), 1);
    runner.first = adopted;
    this.#owner = runner;
    this.#pass(runner);
  }

  /** What the journal adds up to for the core under test. */
  get state(): State {
    return this.journal.reduce(this.core.fold, UNBORN);
  }

  get isOver(): boolean {
    return this.journal.some(({ body }) => body.kind === 'execution-finished');
  }

  happen({ what, which }: Happening): void {
    const runner = this.#runners[which % Math.max(1, this.#runners.length)];
    switch (what) {
      case 'time':
        this.now += [1, 500, 3_000, 120_000][which % 4] ?? 1;
        // The sweep finds what nobody owns.
        if (!this.#owner) this.#takeOver();
        return;
      case 'cancel':
        this.#note({ kind: 'cancel-requested', by: 'u', reason: 'because' });
        return;
      case 'take-over':
        this.#takeOver();
        return;
      case 'crash':
        this.#runners = this.#runners.filter((one) => one !== runner);
        if (this.#owner === runner) this.#owner = null;
        return;
      case 'pass':
        if (runner) this.#pass(runner);
        return;
      case 'catch-up':
        if (runner) this.#catchUp(runner);
        return;
      case 'end':
        if (runner) this.#end(runner, which);
        return;
      case 'ask':
      case 'pause':
        if (runner) this.#park(runner, what === 'ask' ? asking : pausing, which);
        return;
      case 'echo': {
        const again = runner?.reported[which % Math.max(1, runner.reported.length)];
        if (again) runner.mailbox.push(again);
      }
    }
  }

  /** From now on nothing goes wrong: whatever is still open must come to an end. Returns whether it did. */
  settle(): boolean {
    for (let turn = 0; turn < 400 && !this.isOver; turn++) {
      if (!this.#owner) this.#takeOver();
      const owner = this.#owner;
      if (!owner) return this.isOver;
      while (owner.performing.length > 0) this.#end(owner, 0);
      const wakeAt = this.#pass(owner);
      if (wakeAt !== null && owner.performing.length === 0) this.now = Math.max(this.now, wakeAt);
    }
    for (const runner of this.#runners) {
      while (runner.performing.length > 0) this.#end(runner, 0);
      this.#pass(runner);
    }
    return this.isOver;
  }

  #newRunner(state: State, epoch: number): Runner {
    const first = state.epoch < epoch ? [{ kind: 'execution-taken', epoch } as const] : [];
    const runner = { state, first, mailbox: [], performing: [], reported: [] };
    this.#runners = [...this.#runners.slice(-2), runner];
    return runner;
  }

  #takeOver(): void {
    if (this.isOver) return;
    this.#epoch++;
    this.#owner = this.#newRunner(this.state, this.#epoch);
  }

  #catchUp(runner: Runner): void {
    runner.state = this.journal.slice(runner.state.seq).reduce(this.core.fold, runner.state);
  }

  /** As the engine does it: decide, append behind the fence, and only then perform. */
  #pass(runner: Runner, wish: Wish = NOTHING): number | null {
    const reports = runner.mailbox.splice(0);
    if (runner !== this.#owner || this.isOver) {
      for (const report of reports) this.#leave(runner, report);
      return null;
    }
    if (this.journal.length !== runner.state.seq) this.#catchUp(runner);
    const first = [...runner.first, ...wish(runner.state)];
    const next = advance(runner.state, reports, this.now, 0.5, { first }, this.core);
    this.journal.push(...next.events);
    for (const report of reports) this.#delivered(report);
    runner.first = [];
    runner.state = next.state;
    this.#perform(runner, next.events);
    this.rests.push({ seq: this.journal.length, at: this.now, wakeAt: next.wakeAt });
    return next.wakeAt;
  }

  #park(runner: Runner, wishOf: (performance: Performance, which: number, now: number) => Wish, which: number): void {
    const performance = runner.performing[which % Math.max(1, runner.performing.length)];
    if (performance) this.#pass(runner, wishOf(performance, which, this.now));
  }

  #perform(runner: Runner, events: readonly JournalEvent[]): void {
    for (const { body } of events) {
      if (body.kind === 'step-parked') runner.performing = runner.performing.filter(({ step }) => step !== body.step);
      if (body.kind !== 'step-started' && body.kind !== 'step-resumed') continue;
      const { step, attempt, epoch } = body;
      runner.performing.push({ step, attempt, epoch });
    }
  }

  #end(runner: Runner, which: number): void {
    const performance = runner.performing.splice(which % Math.max(1, runner.performing.length), 1)[0];
    if (!performance) return;
    const report = { ...performance, outcome: this.#outcome(performance) };
    runner.mailbox.push(report);
    runner.reported.push(report);
  }

  #outcome({ step, attempt, epoch }: Performance): Outcome {
    const cost: Micros = micros(step.length * 100 + attempt * 10 + epoch);
    const counts = { tokensIn: 1, tokensOut: 1, requests: 1, costMicros: cost, incomplete: false };
    const usage = { provider: 'sim', model: 'sim', keyType: 'renum_native', ...counts } as const;
    const code = this.script(step, attempt);
    if (code !== 'ok') return { ok: false, error: { code, message: code }, usage, retryAfterMs: 0 };
    const data = { n: numberOf(step), by: `${step}.${attempt}` };
    return { ok: true, output: { result: `${step}.${attempt}`, data, execution_time: 1 }, usage };
  }

  /** What a process that is not the owner any more still learns: the engine leaves it as a note. */
  #leave(runner: Runner, report: StepReport): void {
    this.#delivered(report);
    if (this.#note({ kind: 'step-reported', report })) return;
    this.#catchUp(runner);
    const cost = lateCost(runner.state, report);
    if (cost) this.#note(cost);
  }

  #delivered(report: StepReport): void {
    this.delivered.set(chargeKey(report), report.outcome.usage?.costMicros ?? 0);
  }

  #note(note: Note): boolean {
    if (this.isOver && note.kind !== 'cost-recorded') return false;
    this.journal.push(numbered(this.state, note, this.now));
    return true;
  }
}

/** A figure from 0 to 9 that belongs to the step: another round answers otherwise. */
function numberOf(step: string): number {
  let sum = 7;
  for (const letter of step) sum = (sum * 31 + letter.charCodeAt(0)) % 1_009;
  return sum % 10;
}
