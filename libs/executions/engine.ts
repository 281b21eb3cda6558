import type { Claim, Journal, Tail } from '#libs/journal/index.js';
import { type Clock, newId } from '#libs/kernel/index.js';
import { crashPoint, type Write } from '#libs/platform/database/index.js';
import {
  contextOf,
  foldAll,
  inputOf,
  type JournalEvent,
  type Outcome,
  type Performance,
  type State,
} from '#libs/workflow/index.js';
import { Adrift } from './adrift.js';
import { messagesFor, recordedTurns, toolsFor } from './conversation.js';
import type { Performer } from './performer.js';
import { LONGEST_SLEEP_MS, type Record, Run, type Surroundings } from './run.js';
import { snapshotIn } from './snapshot.js';

const CLAIMS_AT_ONCE = 100;
const TROUBLE_PAUSE_MS = 1_000;

export interface EngineOptions {
  readonly stepTimeoutMs: number;
  /** Told about what keeps an execution from going on. */
  readonly report: (message: string, facts: { execution: string; cause?: unknown }) => void;
  /** What other rooms write in the transaction of these events, which make one state into the other. */
  readonly writesFor: (before: State, after: State, events: readonly JournalEvent[]) => readonly Write[];
}

/**
 * Advances every execution that this process owns. What it holds in memory is a cache of the journal: killed at any
 * moment, the next start (`takeOver`) goes on from there.
 */
export class Engine {
  /** This process, as the journal names owners. */
  readonly owner = newId();
  readonly #runs = new Map<string, Run>();
  readonly #adrift = new Adrift();
  /** Asked for and not answered yet: of one execution only one run may come of it. */
  readonly #taking = new Set<string>();
  readonly #around: Surroundings;
  #forgetAlarm: (() => void) | null = null;
  #alarmAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(
    private readonly journal: Journal,
    tail: Tail,
    private readonly performer: Performer,
    private readonly clock: Clock,
    private readonly options: EngineOptions,
  ) {
    this.#around = {
      journal,
      tail,
      clock,
      perform: (state, performance, cut, record) => this.#perform(state, performance, cut, record),
      writesFor: options.writesFor,
      parted: (run, wakeAt) => {
        if (this.#runs.get(run.id) === run) this.#runs.delete(run.id);
        if (wakeAt !== null) this.#wakeBy(wakeAt);
      },
      troubled: (run, cause) =>
        options.report('The journal cannot be written; trying again.', { execution: run.id, cause }),
    };
  }

  /** Executions in memory, and the steps among them that wait for a free place. */
  get load(): { readonly runs: number; readonly queued: number } {
    return { runs: this.#runs.size, queued: this.performer.waiting };
  }

  /** An execution that this process runs, as far as it is committed; null: it is not in memory. */
  stateOf(id: string): State | null {
    return this.#runs.get(id)?.committed ?? null;
  }

  /** Goes on with an execution this process has just accepted with these events. */
  begin(id: string, state: State, committed: readonly JournalEvent[]): void {
    if (this.#stopped) return;
    const run = new Run(id, 1, state, this.#around);
    this.#runs.set(id, run);
    run.begin(committed);
  }

  /** The answer to its acceptance was lost: if it is committed, it is this process's own, and nobody else takes it. */
  recover(id: string): void {
    this.#adrift.add(id, this.clock.now());
    this.#wakeBy(this.#adrift.nextAt);
  }

  /**
   * Somebody appended a note to the execution: whoever owns it here decides, or this process takes it. Never rejects:
   * what cannot be taken now is tried again soon.
   */
  async nudge(id: string): Promise<void> {
    const run = this.#runs.get(id);
    if (run) run.nudge();
    else await this.#tryToClaim(id);
  }

  /**
   * From now on this process counts as alive. What one before it left open is taken over beside whatever else it does:
   * however much that is, nobody waits for it.
   */
  async start(): Promise<void> {
    await this.journal.join(this.owner);
    this.#wakeBy(this.clock.now());
  }

  /**
   * Takes everything that nobody alive owns and whose time has come. Resolves to how many were taken; one that cannot
   * be taken is reported, keeps no other from being taken, and is tried again soon.
   */
  async takeOver(): Promise<number> {
    let taken = 0;
    await this.journal.join(this.owner);
    for (const id of this.#adrift.due(this.clock.now())) await this.#lookFor(id);
    for (;;) {
      if (this.#stopped) return taken;
      const ids = await this.journal.unattended(this.owner, this.clock.now(), CLAIMS_AT_ONCE);
      const claimed = await Promise.all(ids.map((id) => this.#tryToClaim(id)));
      taken += claimed.filter(Boolean).length;
      // Those that could not be taken have another owner by now; asking for them again would go on for ever.
      if (ids.length < CLAIMS_AT_ONCE || !claimed.some(Boolean)) break;
    }
    const nextWake = (await this.journal.nextWake()) ?? this.clock.now() + LONGEST_SLEEP_MS;
    this.#wakeBy(Math.min(nextWake, this.#adrift.nextAt));
    return taken;
  }

  /**
   * Leaves every execution to the journal. Upstream calls are cut at once and nothing is written about it; resolves when
   * it is on record that this process lives no more, or cannot be put there.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetAlarm?.();
    for (const run of this.#runs.values()) run.abandon();
    this.#runs.clear();
    try {
      await this.journal.leave(this.owner);
    } catch (cause) {
      this.options.report('It is not on record that this process ends.', { execution: '', cause });
    }
  }

  async #tryToClaim(id: string): Promise<boolean> {
    try {
      return await this.#claim(id);
    } catch (cause) {
      this.options.report('The execution cannot be taken over.', { execution: id, cause });
      // It may have been taken all the same, and then nobody else takes it.
      this.#adrift.add(id, this.clock.now() + TROUBLE_PAUSE_MS);
      this.#wakeBy(this.#adrift.nextAt);
      return false;
    }
  }

  #claim(id: string): Promise<boolean> {
    crashPoint('engine.before-claim');
    return this.#take(
      id,
      () => this.journal.claim(id, this.owner),
      (run) => run.look(),
    );
  }

  /** What this process owns without knowing it: begun or claimed with an answer that was lost. */
  async #lookFor(id: string): Promise<void> {
    try {
      await this.#take(
        id,
        () => this.journal.owned(id, this.owner),
        (run, { events }) => run.adopt(events),
      );
      if (this.#runs.has(id)) this.#adrift.found(id);
      else this.#adrift.missed(id, this.clock.now());
    } catch (cause) {
      this.options.report('It cannot be told yet whether the execution is our own.', { execution: id, cause });
      this.#adrift.unclear(id, this.clock.now());
    }
  }

  async #take(id: string, ask: () => Promise<Claim | null>, goOn: (run: Run, claim: Claim) => void): Promise<boolean> {
    if (this.#stopped || this.#runs.has(id) || this.#taking.has(id)) return false;
    this.#taking.add(id);
    try {
      const claim = await ask();
      if (!claim || this.#stopped) return false;
      crashPoint('engine.claimed');
      const state = foldAll(claim.events);
      if (state.unreadable !== null) this.options.report(state.unreadable, { execution: id });
      const run = new Run(id, claim.epoch, state, this.#around);
      this.#runs.set(id, run);
      goOn(run, claim);
      return true;
    } finally {
      this.#taking.delete(id);
    }
  }

  #wakeBy(at: number): void {
    if (this.#stopped || at >= this.#alarmAt) return;
    this.#forgetAlarm?.();
    this.#alarmAt = at;
    const delayMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, at - this.clock.now()));
    this.#forgetAlarm = this.clock.after(delayMs, () => {
      this.#alarmAt = Number.POSITIVE_INFINITY;
      this.takeOver().catch((cause: unknown) => {
        this.options.report('Looking for due executions failed; trying again.', { execution: '', cause });
        this.#wakeBy(this.clock.now() + TROUBLE_PAUSE_MS);
      });
    });
  }

  async #perform(state: State, performance: Performance, cut: AbortController, record: Record): Promise<Outcome> {
    const { started } = state;
    const step = state.steps[performance.step];
    const agent = started && step ? snapshotIn(started, step.agentId) : null;
    if (!started || !step || !agent) return NO_AGENT;
    const input = inputOf(started.plan, started, state, step.id);
    if ('missing' in input) return NO_AGENT;
    const node = started.plan.nodes.find(({ id }) => id === step.node);
    const { executionId, userId, teamId } = started;
    const { attempt } = performance;
    const request = {
      key: `${executionId}.${step.id}.${attempt}`,
      executionId,
      userId,
      teamId,
      stepId: step.id,
      attempt,
      agent,
      input: input.texts,
      context: () => contextOf(started, state),
      messages: messagesFor(started, state, step),
      price: started.prices[agent.model ?? ''] ?? null,
    };
    const timeoutMs = node?.timeoutMs ?? this.options.stepTimeoutMs;
    const conversation = { tools: toolsFor(started, agent), recorded: recordedTurns(step), record };
    return this.performer.perform({ ...performance, request, timeoutMs, conversation }, cut);
  }
}

/** Only a journal that another program wrote can lead here. */
const NO_AGENT: Outcome = {
  ok: false,
  error: { code: 'step.unknown-agent', message: 'The journal names no agent or no input for this step.' },
  usage: null,
  retryAfterMs: 0,
};
