import { type Micros, micros } from '#libs/kernel/index.js';
import { advance, CORE, type Core, lateCost, numbered } from '../advance.js';
import {
  type Decision,
  type ExecutionStarted,
  type JournalEvent,
  type Note,
  type Outcome,
  type Performance,
  type StepReport,
  type Usage,
} from '../events.js';
import { UNBORN } from '../fold.js';
import type { Plan } from '../plan.js';
import { chargeKey, type State, type Step } from '../state.js';
import type { StepTurn } from '../take-turn.js';
import type { Happening, Script } from './happenings.js';
import { pausing, type Wish } from './parking.js';
import { startedWith } from './states.js';
import { anyTurn } from './turns.js';
import { anyVote, openApprovals } from './votes.js';

interface Runner {
  state: State;
  first: readonly Decision[];
  mailbox: StepReport[];
  performing: Performing[];
  turns: StepTurn[];
  /** Everything it ever reported: may be delivered again at any time. */
  reported: StepReport[];
  posted: StepTurn[];
}

/** An attempt under way, with the number of its turns so far; while one is posted it waits for the results. */
interface Performing extends Performance {
  turns: number;
  isWaiting: boolean;
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
    private readonly core: Core = CORE,
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
      case 'turn':
        if (runner) this.#post(runner, which);
        // Mostly it is heard at once; else anything may happen first.
        if (runner && which % 4 !== 0) this.#pass(runner);
        return;
      case 'pause':
        if (runner) this.#park(runner, which);
        return;
      case 'decide':
        this.#decide(which);
        return;
      case 'echo': {
        const again = runner?.reported[which % Math.max(1, runner.reported.length)];
        if (again) runner.mailbox.push(again);
        const turn = runner?.posted[which % Math.max(1, runner.posted.length)];
        if (turn) runner.turns.push(turn);
      }
    }
  }

  /** From now on nothing goes wrong: whatever is still open must come to an end. Returns whether it did. */
  settle(): boolean {
    for (let turn = 0; turn < 400 && !this.isOver; turn++) {
      if (!this.#owner) this.#takeOver();
      const owner = this.#owner;
      if (!owner) return this.isOver;
      this.#pass(owner);
      while (owner.performing.length > 0) this.#end(owner, 0);
      this.#decideAll(turn);
      const wakeAt = this.#pass(owner);
      if (wakeAt !== null && owner.performing.length === 0) this.now = Math.max(this.now, wakeAt);
    }
    for (const runner of this.#runners) {
      this.#pass(runner);
      while (runner.performing.length > 0) this.#end(runner, 0);
      this.#pass(runner);
    }
    return this.isOver;
  }

  #newRunner(state: State, epoch: number): Runner {
    const first = state.epoch < epoch ? [{ kind: 'execution-taken', epoch } as const] : [];
    const runner = { state, first, mailbox: [], performing: [], turns: [], reported: [], posted: [] };
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
    const turns = runner.turns.splice(0);
    for (const one of runner.performing) one.isWaiting = false;
    if (runner !== this.#owner || this.isOver) {
      for (const report of reports) this.#leave(runner, report);
      for (const turn of turns) this.#leaveTurn(runner, turn);
      return null;
    }
    if (this.journal.length !== runner.state.seq) this.#catchUp(runner);
    const first = [...runner.first, ...wish(runner.state)];
    const next = advance(runner.state, reports, this.now, 0.5, { first, turns }, this.core);
    this.journal.push(...next.events);
    for (const report of reports) this.#delivered(report);
    for (const turn of turns) this.#delivered({ ...turn, outcome: turn });
    runner.first = [];
    runner.state = next.state;
    this.#perform(runner, next.events);
    this.rests.push({ seq: this.journal.length, at: this.now, wakeAt: next.wakeAt });
    return next.wakeAt;
  }

  #park(runner: Runner, which: number): void {
    const performance = runner.performing[which % Math.max(1, runner.performing.length)];
    if (performance) this.#pass(runner, pausing(performance, which, this.now));
  }

  /** A model wants tools: its turn waits in the mailbox, and the attempt for its results. */
  #post(runner: Runner, which: number): void {
    const one = runner.performing[which % Math.max(1, runner.performing.length)];
    if (!one || one.isWaiting || one.turns >= MOST_TURNS) return;
    const { step, attempt, epoch } = one;
    one.turns++;
    one.isWaiting = true;
    const usage = usageOf(step, attempt, epoch, one.turns);
    const turn = anyTurn(which, this.state.started?.plan.nodes.map(({ agentId }) => agentId) ?? []);
    const posted = { step, attempt, epoch, turnNo: one.turns, turn, usage };
    runner.turns.push(posted);
    runner.posted.push(posted);
  }

  /** One of the people who are asked, or somebody who is not, says a word. */
  #decide(which: number): void {
    const open = openApprovals(this.state);
    const step = open[which % Math.max(1, open.length)];
    if (step) this.#vote(step, Math.floor(which / 5), which);
  }

  /** Everybody who is asked for anything has decided. */
  #decideAll(turn: number): void {
    for (const step of openApprovals(this.state)) for (let who = 0; who < 3; who++) this.#vote(step, who, turn + who);
  }

  #vote(step: Step, who: number, what: number): void {
    if (!this.isOver) this.#note({ kind: 'approval-decided', step: step.id, ...anyVote(who, what, step, this.state) });
  }

  #perform(runner: Runner, events: readonly JournalEvent[]): void {
    for (const { body } of events) {
      if (body.kind === 'step-parked') runner.performing = runner.performing.filter(({ step }) => step !== body.step);
      if (body.kind !== 'step-started' && body.kind !== 'step-resumed') continue;
      const { step, attempt, epoch } = body;
      const turns = runner.state.steps[step]?.turns?.length ?? 0;
      runner.performing.push({ step, attempt, epoch, turns, isWaiting: false });
    }
  }

  #end(runner: Runner, which: number): void {
    const at = which % Math.max(1, runner.performing.length);
    const performance = runner.performing[at];
    if (!performance || performance.isWaiting) return;
    runner.performing.splice(at, 1);
    const { step, attempt, epoch } = performance;
    const report = { step, attempt, epoch, outcome: this.#outcome(performance) };
    runner.mailbox.push(report);
    runner.reported.push(report);
  }

  #outcome({ step, attempt, epoch }: Performance): Outcome {
    const usage = usageOf(step, attempt, epoch, 0);
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

  /** Its step goes on elsewhere; what the turn cost is told all the same. */
  #leaveTurn(runner: Runner, turn: StepTurn): void {
    this.#delivered({ ...turn, outcome: turn });
    this.#catchUp(runner);
    const cost = lateCost(runner.state, { ...turn, outcome: turn });
    if (cost) this.#note(cost);
  }

  #delivered(paid: Performance & { readonly outcome: { readonly usage: Usage | null } }): void {
    this.delivered.set(chargeKey(paid), paid.outcome.usage?.costMicros ?? 0);
  }

  #note(note: Note): boolean {
    if (this.isOver && note.kind !== 'cost-recorded') return false;
    this.journal.push(numbered(this.state, note, this.now));
    return true;
  }
}

const MOST_TURNS = 6;

function usageOf(step: string, attempt: number, epoch: number, turnNo: number): Usage {
  const cost: Micros = micros(step.length * 1_000 + attempt * 100 + epoch * 10 + turnNo);
  const counts = { tokensIn: 1, tokensOut: 1, requests: 1, costMicros: cost, incomplete: false };
  return { provider: 'sim', model: 'sim', keyType: 'renum_native', ...counts };
}

/** A figure from 0 to 9 that belongs to the step: another round answers otherwise. */
function numberOf(step: string): number {
  let sum = 7;
  for (const letter of step) sum = (sum * 31 + letter.charCodeAt(0)) % 1_009;
  return sum % 10;
}
