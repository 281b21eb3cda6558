import { holds } from './conditions.js';
import type { Decision, ExecutionStarted, SkipReason, StepError } from './events.js';
import { inputOf } from './input.js';
import type { Plan, PlanNode } from './plan.js';
import { referenceOf, scopeOf } from './scope.js';
import { settle } from './settle.js';
import { isSettled, type State, type Step } from './state.js';
import { allSettled, costsAwaitedUntil, currentStep, isDoomed, verdict } from './verdict.js';

/*
 * Invariant: `due` answers "what should be happening that is not?" from the state alone. Asked twice, after a crash, or
 * by another process, it says the same; a state in which nothing is due and nothing runs or waits is a finished one.
 */

export interface Due {
  /** What follows now; fold them and ask again until there are none. Independent of one another. */
  readonly decisions: readonly Decision[];
  /** The earliest instant at which something is due by itself, whatever else runs; null: only an event brings news. */
  readonly wakeAt: number | null;
}

/** An attempt under which this many processes died is not begun again: the step may be what kills them. */
const MOST_INTERRUPTIONS = 5;

/** `now` in ms; `jitter` from 0 to 1 spreads retries. */
export function due(state: State, now: number, jitter: number): Due {
  const { started } = state;
  if (!started || state.phase !== 'open' || state.unreadable !== null) return { decisions: [], wakeAt: null };
  const one = { started, plan: started.plan, state, now, jitter, steps: Object.values(state.steps) };
  for (const rule of RULES) {
    const decisions = rule(one);
    if (decisions.length > 0) return { decisions, wakeAt: wakeAt(state) };
  }
  return { decisions: [], wakeAt: wakeAt(state) };
}

interface Case {
  readonly started: ExecutionStarted;
  readonly plan: Plan;
  readonly state: State;
  readonly steps: readonly Step[];
  readonly now: number;
  readonly jitter: number;
}

type Rule = (one: Case) => readonly Decision[];

/** In this order: what happened is written down before what follows from it. */
const RULES: readonly Rule[] = [
  interruptedSteps,
  reportedSteps,
  cancelledSteps,
  unperformedSteps,
  goingBack,
  wokenSteps,
  stepsReadyToBegin,
  stepsThatNothingCanTurn,
  theEnd,
];

/** A step that runs under an older owner: nobody here performs it. */
function interruptedSteps({ steps, state }: Case): readonly Decision[] {
  return steps.flatMap((step) =>
    step.is === 'running' && step.performed && step.report === null && step.epoch < state.epoch
      ? [{ kind: 'step-interrupted', step: step.id, attempt: step.attempt }]
      : [],
  );
}

function reportedSteps({ plan, steps, now, jitter }: Case): readonly Decision[] {
  return steps.flatMap((step) =>
    step.is === 'running' && step.report !== null ? [settle(step.report, nodeIn(plan, step), now, jitter)] : [],
  );
}

function cancelledSteps({ plan, steps, state }: Case): readonly Decision[] {
  const doomed = plan.onFailure === 'fail-fast' && isDoomed(plan, state);
  const pointless = (step: Step): boolean => {
    const asker = step.added ? state.steps[step.added.askedBy] : undefined;
    return state.cancelling || doomed || (step.added !== null && (asker?.is !== 'parked' || asker.why !== 'answer'));
  };
  return steps.flatMap((step) =>
    !isSettled(step) && pointless(step) ? [{ kind: 'step-cancelled', step: step.id }] : [],
  );
}

function unperformedSteps({ plan, steps, state, now }: Case): readonly Decision[] {
  return steps.flatMap((step): readonly Decision[] => {
    if (step.is !== 'running' || step.performed) return [];
    const { id, attempt, epoch, interruptions } = step;
    const node = nodeIn(plan, step);
    const policy = node?.onInterrupted ?? 'resume';
    const attemptsLeft = node !== undefined && attempt < node.retry.attempts;
    if (interruptions >= MOST_INTERRUPTIONS || policy === 'fail' || (policy === 'retry' && !attemptsLeft)) {
      return [{ kind: 'step-failed', step: id, attempt, epoch, error: interrupted(interruptions), usage: null }];
    }
    if (policy === 'resume') return [{ kind: 'step-resumed', step: id, attempt, epoch: state.epoch }];
    const error = interrupted(interruptions);
    return [{ kind: 'step-retrying', step: id, attempt, epoch, error, retryAt: now, usage: null }];
  });
}

function interrupted(times: number): StepError {
  return {
    code: 'step.interrupted',
    message: `The server stopped ${times === 1 ? 'once' : `${times} times`} while this step was running.`,
  };
}

/** A loop goes back only while nothing behind it has opened: what was decided once stays decided. */
function goingBack({ started, plan, state }: Case): readonly Decision[] {
  for (const loop of plan.loops) {
    const from = currentStep(state, loop.from);
    const gone = state.loops[loop.id] ?? 0;
    if (from?.is !== 'succeeded' || gone >= loop.maxRounds || somethingBehindBegan(plan, state, loop.from)) continue;
    if (!holds(loop.when, scopeOf(plan, started, state), from.output)) continue;
    return [{ kind: 'loop-back', loop: loop.id, round: gone + 2, from: from.id }];
  }
  return [];
}

function somethingBehindBegan(plan: Plan, state: State, node: string): boolean {
  const place = plan.nodes.findIndex(({ id }) => id === node);
  return plan.nodes.slice(place + 1).some(({ id }) => currentStep(state, id)?.is !== 'waiting');
}

/** Parked steps whose time or answer has come, as far as the width allows. */
function wokenSteps({ plan, state, steps, now }: Case): readonly Decision[] {
  const woken = steps.flatMap((step): readonly Decision[] => {
    if (step.is !== 'parked') return [];
    const timeHasCome = step.until !== null && step.until <= now;
    const answered = step.why === 'answer' && steps.every((one) => one.added?.askedBy !== step.id || isSettled(one));
    if (!timeHasCome && !answered) return [];
    const { id, attempt } = step;
    if (step.why === 'retry') return [{ kind: 'step-started', step: id, attempt: attempt + 1, epoch: state.epoch }];
    return [{ kind: 'step-resumed', step: id, attempt, epoch: state.epoch }];
  });
  return woken.slice(0, slots(plan, steps));
}

function stepsReadyToBegin(one: Case): readonly Decision[] {
  const { plan, steps } = one;
  const decisions: Decision[] = [];
  let free = slots(plan, steps);
  for (const step of steps) {
    if (step.is !== 'waiting') continue;
    const next = decided(one, step);
    if (next === null || next === 'later') continue;
    if (next.kind === 'step-started' && free-- <= 0) continue;
    decisions.push(next);
  }
  return decisions;
}

/** When nothing runs or waits for a time, conditions that are false stay so: the first such step is skipped. */
function stepsThatNothingCanTurn(one: Case): readonly Decision[] {
  const { steps } = one;
  if (steps.some(({ is }) => is === 'running' || is === 'parked')) return [];
  for (const step of steps) {
    if (step.is === 'waiting' && decided(one, step) === 'later') return [skip(step, 'condition')];
  }
  return [];
}

function theEnd({ plan, state, now }: Case): readonly Decision[] {
  const awaited = costsAwaitedUntil(state);
  if (!allSettled(plan, state) || (awaited !== null && awaited > now)) return [];
  return [verdict(plan, state)];
}

/** What becomes of a waiting step; null: not yet known; `later`: its conditions are false but may still turn. */
function decided({ started, plan, state }: Case, step: Step): Decision | 'later' | null {
  const node = nodeIn(plan, step);
  if (!node) return start(state, step);
  if (isDoomed(plan, state)) return skip(step, 'stopped');
  const sources = node.after.map((id) => currentStep(state, id));
  if (!sources.every((source) => source !== undefined && isSettled(source))) return null;
  if (!holds(node.conditions, scopeOf(plan, started, state), referenceOf(node, state))) {
    return node.conditionsMayTurn ? 'later' : skip(step, 'condition');
  }
  const input = inputOf(plan, started, state, step.id);
  if (!('missing' in input)) return start(state, step);
  if (plan.strategy === 'conditional') return skip(step, input.missing);
  return { kind: 'step-failed', step: step.id, attempt: 0, epoch: state.epoch, error: NO_INPUT, usage: null };
}

const NO_INPUT: StepError = {
  code: 'step.no-input',
  message: 'Nothing that this agent is to receive is there: the agents it depends on gave no result.',
};

function start(state: State, step: Step): Decision {
  return { kind: 'step-started', step: step.id, attempt: 1, epoch: state.epoch };
}

function skip(step: Step, reason: SkipReason): Decision {
  return { kind: 'step-skipped', step: step.id, reason };
}

function nodeIn(plan: Plan, step: Step): PlanNode | undefined {
  return plan.nodes.find(({ id }) => id === step.node);
}

/** What is parked counts against no width: an agent that waits for another's answer must not block it. */
function slots(plan: Plan, steps: readonly Step[]): number {
  return plan.width - steps.filter(({ is }) => is === 'running').length;
}

function wakeAt(state: State): number | null {
  let earliest: number | null = costsAwaitedUntil(state);
  for (const step of Object.values(state.steps)) {
    if (step.is !== 'parked' || step.until === null) continue;
    earliest = Math.min(earliest ?? step.until, step.until);
  }
  return earliest;
}
