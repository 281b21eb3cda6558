import { type Due, due } from './due.js';
import {
  type Decision,
  type EventBody,
  type JournalEvent,
  type Note,
  type Performance,
  PUBLIC_NAME,
  type StepReport,
  type Usage,
} from './events.js';
import { awaits, fold, receive } from './fold.js';
import { chargeKey, type State } from './state.js';
import { awaitsTurn, type StepTurn, takeTurn } from './take-turn.js';

/** Everything that follows from a state and the reports at hand: one append, or nothing. */
export interface Advance {
  /** Numbered behind the state they were decided from: if anybody appends in between, the whole batch is refused. */
  readonly events: readonly JournalEvent[];
  /** The state once they are committed. */
  readonly state: State;
  /** As of `due`. */
  readonly wakeAt: number | null;
}

/** What a pass may begin with besides reports. */
export interface Besides {
  /** What the owner has to say: that it took over. */
  readonly first?: readonly Decision[];
  readonly turns?: readonly StepTurn[];
}

/** The decisions a pass is made of; exchanged only by the tests that plant a fault in one of them. */
export interface Core {
  readonly fold: (state: State, event: JournalEvent) => State;
  readonly receive: (state: State, report: StepReport) => State;
  readonly due: (state: State, now: number, jitter: number) => Due;
  readonly awaitsTurn: typeof awaitsTurn;
  readonly takeTurn: typeof takeTurn;
}

export const CORE: Core = { fold, receive, due, awaitsTurn, takeTurn };

/**
 * One pass over an execution: first what the owner has to say, then turns of conversations, then the reports, then
 * whatever is due, until nothing is. The caller commits `events` before it performs any of them.
 */
export function advance(
  before: State,
  reports: readonly StepReport[],
  now: number,
  jitter: number,
  { first = [], turns = [] }: Besides = {},
  { fold, receive, due, awaitsTurn, takeTurn }: Core = CORE,
): Advance {
  const events: JournalEvent[] = [];
  let state = before;
  const append = (body: EventBody): void => {
    const event = numbered(state, body, now);
    events.push(event);
    state = fold(state, event);
  };
  for (const body of first) append(body);
  for (const turn of turns) {
    if (awaitsTurn(state, turn)) {
      takeTurn(turn, now, () => state, append);
      continue;
    }
    const late = lateCost(state, { ...turn, outcome: turn });
    if (late) append(late);
  }
  for (const report of reports) {
    const late = awaits(state, report) ? null : lateCost(state, report);
    if (late) append(late);
    state = receive(state, report);
  }
  for (;;) {
    const { decisions, wakeAt } = due(state, now, jitter);
    if (decisions.length === 0) return { events, state, wakeAt };
    for (const body of decisions) append(body);
  }
}

export function numbered<B extends EventBody>(state: State, body: B, at: number): JournalEvent<B> {
  const publicSeq = PUBLIC_NAME[body.kind] === null ? null : state.publicSeq + 1;
  return { seq: state.seq + 1, publicSeq, at, body };
}

/** The result came too late, but it was paid for, and those who wait for the cost of a cut call may stop waiting. */
export function lateCost(
  { charges }: State,
  { step, attempt, epoch, turnNo, outcome }: Performance & { readonly outcome: { readonly usage: Usage | null } },
): Extract<Note, { kind: 'cost-recorded' }> | null {
  const performance = { step, attempt, epoch, ...(turnNo !== undefined && { turnNo }) };
  const key = chargeKey(performance);
  if (charges[key] || (outcome.usage === null && key in charges)) return null;
  return { kind: 'cost-recorded', ...performance, usage: outcome.usage };
}
