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
    const isKept = kept.moments.has(seq);
    switch (body.kind) {
      case 'context-changed': {
        const step = keptAsker(body.step, before, kept.steps);
        if (step) adopt({ ...body, step, version: state.contextVersion + 1 });
        break;
      }
      case 'message-sent': {
        const step = keptAsker(body.step, before, kept.steps);
        if (!step) break;
        const { question: _, answers, ...message } = body;
        const request = answers === undefined ? undefined : messages.get(answers);
        const id = nextMessage(state);
        messages.set(body.id, id);
        adopt({ ...message, step, id, ...(request !== undefined && { answers: request }) });
        break;
      }
      case 'loop-back':
        if (isKept) adopt(body);
        break;
      case 'execution-finished':
        if (again === null) adopt(body);
        break;
      default: {
        const settled = isKept ? settledAs(body, before) : null;
        if (settled) adopt(settled);
      }
    }
  }
  return { decisions, isWhole: allSettled(plan, state) };
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
