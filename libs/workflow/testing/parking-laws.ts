import { holds } from '../conditions.js';
import type { Added } from '../events.js';
import { inputOf } from '../input.js';
import type { Plan } from '../plan.js';
import { referenceOf, scopeOf } from '../scope.js';
import { isSettled, type State, type Step } from '../state.js';
import { currentStep } from '../verdict.js';
import { undecided } from './approval-laws.js';
import { openCalls } from './conversation-laws.js';
import type { Told } from './told.js';
import type { Rest } from './world.js';

type Parked = Extract<Step, { is: 'parked' }>;

/** Whether somebody still waits for the answer of an added step. */
export function isAwaited({ askedBy, deadline }: Added, state: State, now: number): boolean {
  const asker = state.steps[askedBy];
  if (asker?.is !== 'parked' || asker.why !== 'answer' || deadline <= now) return false;
  return asker.until === null || asker.until > now;
}

export function isWoken(step: Parked, state: State, now: number): boolean {
  // Whether people agreed is a law of its own.
  if (step.approval) return true;
  if (step.until !== null && step.until <= now) return true;
  return step.why === 'answer' && questionsOf(step, state).every(isSettled);
}

function questionsOf({ id }: Step, state: State): readonly Step[] {
  return Object.values(state.steps).filter(({ added }) => added?.askedBy === id);
}

const MOST_INTERRUPTIONS = 5;

/** A step that kills its process is not begun for ever, whether or not it pauses in between. */
export function interruptions(told: readonly Told[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { event } of told) {
    if (event.body.kind !== 'step-interrupted') continue;
    const key = `${event.body.step}.${event.body.attempt}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, times]) => (times > MOST_INTERRUPTIONS ? [`${key} died ${times} times`] : []));
}

/** When the core has nothing more to say, nothing that could go on stands still, and it will look again in time. */
export function restLaws({ at, wakeAt }: Rest, state: State | undefined, plan: Plan): readonly string[] {
  if (state?.phase !== 'open') return [];
  const steps = Object.values(state.steps);
  const crowded = steps.filter(({ is }) => is === 'running').length >= plan.width;
  return steps.flatMap((step) => [
    ...unattended(step, state, at),
    ...undecided(step, plan, at, crowded),
    ...(crowded ? [] : idle(step, state, plan, at)),
    ...overslept(step, at, wakeAt),
  ]);
}

function unattended(step: Step, state: State, now: number): readonly string[] {
  if (isSettled(step)) return [];
  if (state.cancelling) return [`${step.id} is ${step.is} though the run was cancelled`];
  if (step.added && !isAwaited(step.added, state, now)) return [`${step.id} goes on though nobody waits for it`];
  if (step.is !== 'running') return [];
  if (step.report !== null) return [`the report of ${step.id} was left lying`];
  if (openCalls(step) > 0) return [`${step.id} runs without the results of its calls`];
  return step.performed && step.epoch === state.epoch ? [] : [`${step.id} runs, but nobody performs it`];
}

function idle(step: Step, state: State, plan: Plan, now: number): readonly string[] {
  if (step.is === 'parked' && !step.approval && isWoken(step, state, now))
    return [`${step.id} sleeps though its time has come`];
  return step.is === 'waiting' && couldBegin(step, state, plan) ? [`${step.id} waits beside a free place`] : [];
}

function couldBegin(step: Step, state: State, plan: Plan): boolean {
  const node = plan.nodes.find(({ id }) => id === step.node);
  if (!node) return true;
  if (!state.started) return false;
  const sources = node.after.map((id) => currentStep(state, id));
  if (!sources.every((source) => source !== undefined && isSettled(source))) return false;
  if (!holds(node.conditions, scopeOf(plan, state.started, state), referenceOf(node, state))) return false;
  return !('missing' in inputOf(plan, state.started, state, step.id));
}

/** What is overdue waits for a place: the end of a step that runs brings the next look, no clock. */
function overslept(step: Step, now: number, wakeAt: number | null): readonly string[] {
  const times = isSettled(step) ? [] : [step.is === 'parked' ? step.until : null, step.added?.deadline ?? null];
  return times.flatMap((time) =>
    time !== null && time > now && (wakeAt === null || wakeAt > time || wakeAt <= now)
      ? [`${step.id} waits for ${time}, but the next look at ${now} is ${wakeAt}`]
      : [],
  );
}
