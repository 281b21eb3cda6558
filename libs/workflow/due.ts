import { derivedOnce } from '#libs/kernel/index.js';
import { answeredCalls } from './answers.js';
import { approvalOf, isGranted, isJudged, judged, untilOf } from './approvals.js';
import { holds } from './conditions.js';
import type { Decision, ExecutionStarted, SkipReason, StepError } from './events.js';
import { inputOf } from './input.js';
import { afterInterruption } from './interrupted.js';
import type { NodeId, Plan, PlanNode } from './plan.js';
import { referenceOf, scopeOf } from './scope.js';
import { settle } from './settle.js';
import { isSettled, type State, type Step } from './state.js';
import { allSettled, costsAwaitedUntil, currentStep, isDoomed, verdict } from './verdict.js';
import { isAwaited, mayGoOn, wakeAt } from './wake.js';

/*
 * Invariant: `due` answers "what should be happening that is not?" from the state alone. Asked twice, after a crash, or
 * by another process, it says the same; a state in which nothing is due and nothing runs or waits is a finished one.
 */

export interface Due {
  /** What follows now; fold them and ask again until there are none. Independent of one another. */
  readonly decisions: readonly Decision[];
  /** The earliest instant to come at which something is due by itself; null: only an event brings news. */
  readonly wakeAt: number | null;
}

/** `now` in ms; `jitter` from 0 to 1 spreads retries. */
export function due(state: State, now: number, jitter: number): Due {
  const { started } = state;
  if (!started || state.phase !== 'open' || state.unreadable !== null) return { decisions: [], wakeAt: null };
  const one = caseOf(started, state, now, jitter);
  for (const rule of RULES) {
    const decisions = rule(one);
    if (decisions.length > 0) return { decisions, wakeAt: wakeAt(one.plan, state, now) };
  }
  return { decisions: [], wakeAt: wakeAt(one.plan, state, now) };
}

/** What the rules ask about again and again, looked up once. */
interface Case {
  readonly started: ExecutionStarted;
  readonly plan: Plan;
  readonly state: State;
  readonly now: number;
  readonly jitter: number;
  readonly steps: readonly Step[];
  readonly nodes: ReadonlyMap<NodeId | null, PlanNode>;
  /** A failure was such that no further step may begin. */
  readonly doomed: boolean;
  /** What is parked counts against no width: an agent that waits for another's answer must not block it. */
  readonly freePlaces: number;
}

function caseOf(started: ExecutionStarted, state: State, now: number, jitter: number): Case {
  const { plan } = started;
  const steps = Object.values(state.steps);
  const freePlaces = Math.max(0, plan.width - steps.filter(({ is }) => is === 'running').length);
  return { started, plan, state, now, jitter, steps, nodes: nodesOf(plan), doomed: isDoomed(plan, state), freePlaces };
}

/** Every pass asks for them, and a plan never changes. */
const nodesOf = derivedOnce((plan: Plan) => new Map(plan.nodes.map((node) => [node.id, node])));

type Rule = (one: Case) => readonly Decision[];

/** In this order: what happened is written down before what follows from it. */
const RULES: readonly Rule[] = [
  interruptedSteps,
  reportedSteps,
  cancelledSteps,
  answeredQuestions,
  judgedSteps,
  unperformedSteps,
  goingBack,
  wokenSteps,
  askedSteps,
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

function reportedSteps({ plan, nodes, steps, now, jitter }: Case): readonly Decision[] {
  return steps.flatMap((step) => {
    if (step.is !== 'running' || step.report === null) return [];
    const settled = settle(step.report, nodes.get(step.node), now, jitter);
    const approval = settled.kind === 'step-succeeded' ? approvalOf(plan, step, 'after') : null;
    if (settled.kind !== 'step-succeeded' || approval === null) return [settled];
    return [{ ...settled, kind: 'approval-requested', when: 'after', until: untilOf(approval, now) }];
  });
}

function cancelledSteps({ plan, doomed, steps, state, now }: Case): readonly Decision[] {
  const all = state.cancelling || (doomed && plan.onFailure === 'fail-fast');
  return steps.flatMap((step) => {
    const pointless = all || (step.added !== null && !isAwaited(step.added, state, now));
    return pointless && !isSettled(step) ? [{ kind: 'step-cancelled', step: step.id }] : [];
  });
}

/** One call at a time: the number of a message follows from those before it. */
function answeredQuestions({ started, state, steps }: Case): readonly Decision[] {
  for (const step of steps) {
    const decisions = answeredCalls(started, state, step);
    if (decisions.length > 0) return decisions;
  }
  return [];
}

function judgedSteps({ plan, state, steps, now }: Case): readonly Decision[] {
  return steps.flatMap((step) => (isJudged(step) ? judged(plan, state, step, now) : []));
}

function unperformedSteps({ nodes, steps, state, now }: Case): readonly Decision[] {
  return steps.flatMap((step) =>
    step.is === 'running' && !step.performed ? [afterInterruption(step, nodes.get(step.node), state.epoch, now)] : [],
  );
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
function wokenSteps({ plan, freePlaces, state, steps, now }: Case): readonly Decision[] {
  const woken = steps.flatMap((step): readonly Decision[] => {
    if (step.is !== 'parked') return [];
    if (isJudged(step) ? !isGranted(plan, step) : !mayGoOn(step, steps, now)) return [];
    const { id, attempt } = step;
    const begins = step.why === 'retry' || isJudged(step);
    if (begins) return [{ kind: 'step-started', step: id, attempt: attempt + 1, epoch: state.epoch }];
    return [{ kind: 'step-resumed', step: id, attempt, epoch: state.epoch }];
  });
  return woken.slice(0, freePlaces);
}

/** Questions go before new work: a step that has begun already waits for the answer. */
function askedSteps(one: Case): readonly Decision[] {
  const asked = one.steps.filter(({ is, added }) => is === 'waiting' && added !== null);
  return admitted(
    one,
    asked.map((step) => begin(one, step)),
  );
}

/** What cannot begin is settled first: it may mean that nothing else begins either. */
function stepsReadyToBegin(one: Case): readonly Decision[] {
  const known = one.steps.flatMap((step) => {
    const next = step.is === 'waiting' ? decided(one, step) : null;
    return next === null || next === 'later' ? [] : next;
  });
  const settled = known.filter(({ kind }) => kind !== 'step-started' && kind !== 'approval-requested');
  return settled.length > 0 ? settled : admitted(one, known);
}

/** Who waits for people takes no place. */
function admitted({ freePlaces }: Case, decisions: readonly Decision[]): readonly Decision[] {
  let places = freePlaces;
  return decisions.filter(({ kind }) => kind !== 'step-started' || places-- > 0);
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
function decided(one: Case, step: Step): Decision | 'later' | null {
  const { started, plan, state, nodes, doomed } = one;
  const node = nodes.get(step.node);
  if (!node) return null;
  if (doomed) return skip(step, 'stopped');
  const sources = node.after.map((id) => currentStep(state, id));
  if (!sources.every((source) => source !== undefined && isSettled(source))) return null;
  const { conditions } = node;
  if (conditions.length > 0 && !holds(conditions, scopeOf(plan, started, state), referenceOf(node, state))) {
    return node.conditionsMayTurn ? 'later' : skip(step, 'condition');
  }
  const input = inputOf(plan, started, state, step.id);
  if (!('missing' in input)) return begin(one, step);
  if (plan.strategy === 'conditional') return skip(step, input.missing);
  return { kind: 'step-failed', step: step.id, attempt: 0, epoch: state.epoch, error: NO_INPUT, usage: null };
}

const NO_INPUT: StepError = {
  code: 'step.no-input',
  message: 'Nothing that this agent is to receive is there: the agents it depends on gave no result.',
};

/** The first attempt, or the question to people whether it may begin. */
function begin({ plan, state, now }: Case, { id: step, agentId }: Step): Decision {
  const { epoch } = state;
  const approval = approvalOf(plan, { agentId }, 'before');
  if (!approval) return { kind: 'step-started', step, attempt: 1, epoch };
  const asked = { when: 'before', until: untilOf(approval, now), output: null, usage: null } as const;
  return { kind: 'approval-requested', step, attempt: 0, epoch, ...asked };
}

function skip(step: Step, reason: SkipReason): Decision {
  return { kind: 'step-skipped', step: step.id, reason };
}
