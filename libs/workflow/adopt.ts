import { numbered } from './advance.js';
import type { Adopted, Decision, EventBody, ExecutionStarted, JournalEvent } from './events.js';
import { fold, foldAll, UNBORN } from './fold.js';
import { type Again, keptOf } from './keep.js';
import type { StepId } from './plan.js';
import { isSettled, type State, type Step } from './state.js';
import { nextMessage } from './use-tool.js';
import { allSettled } from './verdict.js';

/*
 * Invariant: what a child adopts happened in its parent, in this order, and folds to the same outputs, rounds of loops
 * and variables. Only numbers that count within an execution are its own: versions of the context, ids of messages.
 */

export interface Adoption {
  /** What the journal of the child says behind its first event. */
  readonly decisions: readonly Decision[];
  /** Every step is settled by it: nothing is left to be run. */
  readonly isWhole: boolean;
}

/**
 * What the execution that begins with `started` takes over from the whole journal of another one, when the steps
 * `again` are to be run again. What those came to depend on, what failed, and what never ended is run again with them.
 * Null: nothing is run, and the child ends as its parent did.
 */
export function adoption(parent: readonly JournalEvent[], started: ExecutionStarted, again: Again): Adoption {
  const before = foldAll(parent);
  const { plan } = started;
  const kept = keptOf(plan, parent, before, again);
  const decisions: Decision[] = [];
  const messages = new Map<string, string>();
  let state = fold(UNBORN, numbered(UNBORN, started, 0));
  const adopt = (body: Decision): void => {
    decisions.push(body);
    state = fold(state, numbered(state, body, 0));
  };
  for (const { seq, body } of parent) {
    if (body.kind === 'context-changed' || body.kind === 'message-sent') {
      const step = keptAsker(body.step, before, kept.steps);
      if (!step) continue;
      if (body.kind === 'context-changed') adopt({ ...body, step, version: state.contextVersion + 1 });
      else adopt({ ...renumbered(body, nextMessage(state), messages), step });
    } else if (body.kind === 'execution-finished') {
      if (again === null) adopt(body);
    } else if (kept.moments.has(seq)) {
      const settled = body.kind === 'loop-back' ? body : settledAs(body, before);
      if (settled) adopt(settled);
    }
  }
  return { decisions, isWhole: allSettled(plan, state) };
}

type Sent = Extract<EventBody, { kind: 'message-sent' }>;

/** The message under its new id, and the request it answers under that one's; of a question only the words are left. */
function renumbered(sent: Sent, id: string, ids: Map<string, string>): Sent {
  const { question: _, answers, ...message } = sent;
  const request = answers === undefined ? undefined : ids.get(answers);
  ids.set(message.id, id);
  return { ...message, id, ...(request !== undefined && { answers: request }) };
}

/** Questions are not adopted, what was done to answer them is: by the step that asked first. Null: that is not kept. */
function keptAsker(id: StepId, { steps }: State, kept: ReadonlySet<StepId>): StepId | null {
  let step: Step | undefined = steps[id];
  while (step?.added) step = steps[step.added.askedBy];
  return step && kept.has(step.id) ? step.id : null;
}

function settledAs(body: EventBody, { steps, started }: State): Decision | null {
  const step = 'step' in body ? steps[body.step] : undefined;
  if (!step || !started || !isSettled(step)) return null;
  switch (step.is) {
    case 'succeeded':
      return adopted(step, started, { ok: true, output: step.output });
    case 'failed':
      return adopted(step, started, { ok: false, error: step.error });
    case 'skipped':
      return { kind: 'step-skipped', step: step.id, reason: step.reason };
    case 'cancelled':
      return { kind: 'step-cancelled', step: step.id };
  }
}

/** A step that its parent had adopted itself comes from where it was run. */
function adopted(
  { id, from, startedAt, endedAt }: Extract<Step, { is: 'succeeded' | 'failed' }>,
  { executionId }: ExecutionStarted,
  result: Adopted,
): Decision {
  const origin = from ?? { executionId, step: id, startedAt, endedAt };
  return { kind: 'step-adopted', step: id, from: origin, result };
}
