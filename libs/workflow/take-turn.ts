import type { EventBody, Parking, Performance, Turn, Usage } from './events.js';
import { isSettled, type State, type Step } from './state.js';
import { useTool } from './use-tool.js';

/** A turn that a runner wants on record, and its tools used. */
export interface StepTurn extends Performance {
  /** From 1, within the conversation of the step. */
  readonly turnNo: number;
  readonly turn: Turn;
  readonly usage: Usage | null;
}

/** Calls of one turn beyond these are refused: nobody reads so many results. */
const MOST_CALLS = 32;

/** Whether the turn is the next one of an attempt that goes on here. If not, only what it cost counts. */
export function awaitsTurn({ phase, steps }: State, { step: id, attempt, epoch, turnNo }: StepTurn): boolean {
  const step = steps[id];
  if (phase !== 'open' || step?.is !== 'running' || step.report !== null) return false;
  return step.attempt === attempt && step.epoch === epoch && turnNo === (step.turns ?? []).length + 1;
}

/**
 * The turn on record, each of its calls on record with what it does, and, where one has to wait for an answer, the
 * step parked. Each call sees what those before it did: `append` folds, `state` is what that makes.
 */
export function takeTurn(posted: StepTurn, now: number, state: () => State, append: (body: EventBody) => void): void {
  const { step: id, attempt, epoch, turnNo, turn, usage } = posted;
  append({ kind: 'turn-recorded', step: id, attempt, epoch, turnNo, turn, usage });
  for (const [place, call] of turn.calls.entries()) {
    const before = state();
    const step = before.steps[id];
    if (!before.started || !step) return;
    const use = { step: id, attempt, turnNo, place, name: call.name };
    append({ kind: 'tool-called', ...use });
    if (place >= MOST_CALLS) append({ kind: 'tool-failed', ...use, error: TOO_MANY });
    else
      for (const body of useTool({ started: before.started, state: before, step, now }, use, call.input)) append(body);
  }
  const parking = parkingFor(id, state());
  if (parking) append({ kind: 'step-parked', step: id, attempt, ...parking });
}

const TOO_MANY = { code: 'tool.too-many', message: `A turn may hold ${MOST_CALLS} calls: use fewer at a time.` };

/** Until the last of its answers can have come; null: it waits for none. */
function parkingFor(id: string, { steps }: State): Parking | null {
  const open = Object.values(steps).flatMap((step: Step) =>
    step.added?.askedBy === id && step.added.call && !isSettled(step) ? [step.added.deadline] : [],
  );
  return open.length === 0 ? null : { why: 'answer', until: Math.max(...open) };
}
