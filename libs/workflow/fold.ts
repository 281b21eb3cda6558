import {
  type EventBody,
  type ExecutionStarted,
  JOURNAL_FORMAT,
  type JournalEvent,
  type Performance,
  type StepReport,
  type Usage,
} from './events.js';
import { type NodeId, type StepId, stepOf } from './plan.js';
import { chargeKey, isSettled, type State, type Step, type StepFacts } from './state.js';

/*
 * Invariant: a settled step never changes, a charge is counted once, and equal events give equal states. `fold` is
 * total: it never throws; what is late or foreign changes nothing but the charges. Only what it cannot read stops it.
 */

export const UNBORN: State = {
  phase: 'unborn',
  started: null,
  seq: 0,
  publicSeq: 0,
  epoch: 1,
  steps: {},
  rounds: {},
  loops: {},
  charges: {},
  cancelling: false,
  status: 'pending',
  error: null,
  startedAt: null,
  finishedAt: null,
  lastAt: 0,
  unreadable: null,
};

export function fold(state: State, event: JournalEvent): State {
  if (event.seq <= state.seq) return state;
  const seen = {
    ...state,
    seq: event.seq,
    publicSeq: event.publicSeq ?? state.publicSeq,
    lastAt: event.at,
  };
  return apply(seen, event.body, event.at);
}

export function foldAll(events: readonly JournalEvent[]): State {
  return events.reduce(fold, UNBORN);
}

/** The state as it stands once a report of this process is taken into account: not an event until it is decided upon. */
export function receive(state: State, report: StepReport): State {
  const step = state.steps[report.step];
  if (!awaits(state, report) || step?.is !== 'running') return state;
  return withStep(state, { ...step, report });
}

/** Whether the report's attempt still counts. If not, only what it cost does. */
export function awaits(state: State, report: Performance): boolean {
  const step = state.steps[report.step];
  return state.phase === 'open' && step?.is === 'running' && step.attempt === report.attempt && step.report === null;
}

function apply(state: State, body: EventBody, at: number): State {
  switch (body.kind) {
    case 'execution-started':
      return begun(state, body);
    case 'execution-taken':
      return { ...state, epoch: Math.max(state.epoch, body.epoch) };
    case 'execution-finished':
      if (state.phase !== 'open') return state;
      return { ...state, phase: 'finished', status: body.status, error: body.error, finishedAt: at };
    case 'cancel-requested':
      return state.phase === 'open' ? { ...state, cancelling: true } : state;
    case 'cost-recorded':
      return ended(state, body, body.usage);
    case 'loop-back':
      return wentBack(state, body.loop, body.round, body.from);
    case 'step-added': {
      const { step: id, added } = body;
      if (state.steps[id]) return state;
      const facts = { id, node: null, round: 1, agentId: added.agentId, feedbackFrom: null, added };
      return withStep(state, { ...facts, is: 'waiting' });
    }
    case 'step-reported':
      return receive(charged(state, body.report, body.report.outcome.usage), body.report);
    case 'step-started':
    case 'step-interrupted':
    case 'step-resumed':
    case 'step-parked':
    case 'step-skipped':
    case 'step-cancelled':
      return moved(state, body.step, (step) => stepAfter(step, body, at), at);
    case 'step-succeeded':
    case 'step-retrying':
    case 'step-failed':
      return moved(charged(state, body, body.usage), body.step, (step) => stepAfter(step, body, at), at);
    default:
      return { ...state, unreadable: unreadableKind(body) };
  }
}

/** A kind of a later release: to go on without it would be to decide from half a history. */
function unreadableKind(body: never): string {
  return `The journal holds an event of the unknown kind "${(body as EventBody).kind}".`;
}

function begun(state: State, body: ExecutionStarted): State {
  if (state.phase !== 'unborn') return state;
  if (body.format > JOURNAL_FORMAT) {
    return { ...state, unreadable: `The journal has format ${body.format}; this program reads ${JOURNAL_FORMAT}.` };
  }
  const steps: Record<StepId, Step> = {};
  const rounds: Record<NodeId, number> = {};
  for (const { id, agentId } of body.plan.nodes) {
    steps[id] = { id, node: id, round: 1, agentId, feedbackFrom: null, added: null, is: 'waiting' };
    rounds[id] = 1;
  }
  return { ...state, phase: 'open', started: body, steps, rounds };
}

/** Opens fresh steps for the loop's body; a round that was opened already is not opened twice. */
function wentBack(state: State, loopId: string, round: number, from: StepId): State {
  const loop = state.started?.plan.loops.find(({ id }) => id === loopId);
  const gone = state.loops[loopId] ?? 0;
  if (!loop || state.phase !== 'open' || round !== gone + 2) return state;
  const steps = { ...state.steps };
  const rounds = { ...state.rounds };
  for (const node of loop.body) {
    const next = (rounds[node] ?? 1) + 1;
    const id = stepOf(node, next);
    const agentId = state.steps[node]?.agentId ?? '';
    const feedbackFrom = node === loop.to ? from : null;
    steps[id] = { id, node, round: next, agentId, feedbackFrom, added: null, is: 'waiting' };
    rounds[node] = next;
  }
  return { ...state, steps, rounds, loops: { ...state.loops, [loopId]: gone + 1 } };
}

type StepEvent = Extract<EventBody, { step: StepId }>;

/** The step after the event, or null where the event does not fit it. */
function stepAfter(step: Step, body: StepEvent, at: number): Step | null {
  if (isSettled(step)) return null;
  const facts = factsOf(step);
  const startedAt = 'startedAt' in step && step.startedAt !== null ? step.startedAt : at;
  const current = 'attempt' in step ? step.attempt : 0;
  switch (body.kind) {
    case 'step-started': {
      const next = step.is === 'parked' && step.why === 'retry' ? step.attempt + 1 : 1;
      if (step.is === 'running' || (step.is === 'parked' && step.why !== 'retry') || body.attempt !== next) return null;
      return { ...facts, ...RUNNING, attempt: body.attempt, epoch: body.epoch, startedAt };
    }
    case 'step-interrupted':
      if (step.is !== 'running' || step.attempt !== body.attempt || !step.performed) return null;
      return { ...step, performed: false, interruptions: step.interruptions + 1 };
    case 'step-resumed':
      if (current !== body.attempt) return null;
      if (step.is === 'running') return { ...step, performed: true, epoch: body.epoch };
      if (step.is !== 'parked' || step.why === 'retry') return null;
      return { ...facts, ...RUNNING, attempt: body.attempt, epoch: body.epoch, startedAt };
    case 'step-parked':
      if (step.is !== 'running' || step.attempt !== body.attempt) return null;
      return { ...facts, is: 'parked', attempt: body.attempt, why: body.why, until: body.until, startedAt };
    case 'step-succeeded':
      if (step.is !== 'running' || step.attempt !== body.attempt) return null;
      return { ...facts, is: 'succeeded', attempt: body.attempt, output: body.output, startedAt, endedAt: at };
    case 'step-retrying':
      if (step.is !== 'running' || step.attempt !== body.attempt) return null;
      return { ...facts, is: 'parked', attempt: body.attempt, why: 'retry', until: body.retryAt, startedAt };
    case 'step-failed':
      if (current !== body.attempt) return null;
      return { ...facts, is: 'failed', attempt: body.attempt, error: body.error, startedAt, endedAt: at };
    case 'step-skipped':
      return step.is === 'waiting' ? { ...facts, is: 'skipped', reason: body.reason, endedAt: at } : null;
    case 'step-cancelled':
      return {
        ...facts,
        is: 'cancelled',
        cut:
          step.is === 'running' && step.performed ? { step: step.id, attempt: step.attempt, epoch: step.epoch } : null,
        startedAt: step.is === 'waiting' ? null : startedAt,
        endedAt: at,
      };
    case 'step-added':
    case 'cost-recorded':
      return null;
  }
}

const RUNNING = { is: 'running', interruptions: 0, performed: true, report: null } as const;

function factsOf({ id, node, round, agentId, feedbackFrom, added }: Step): StepFacts {
  return { id, node, round, agentId, feedbackFrom, added };
}

function moved(state: State, id: StepId, move: (step: Step) => Step | null, at: number): State {
  const step = state.steps[id];
  const next = state.phase === 'open' && step ? move(step) : null;
  if (next === null) return state;
  const after = withStep(state, next);
  if (next.is !== 'running' || state.status !== 'pending') return after;
  return { ...after, status: 'running', startedAt: at };
}

function withStep(state: State, step: Step): State {
  return { ...state, steps: { ...state.steps, [step.id]: step } };
}

/** A performance that is charged twice (a result delivered again) counts once: the first known cost stays. */
function ended(state: State, run: Performance, usage: Usage | null): State {
  const key = chargeKey(run);
  if (state.charges[key]) return state;
  return { ...state, charges: { ...state.charges, [key]: usage } };
}

function charged(state: State, run: Performance, usage: Usage | null): State {
  return usage === null ? state : ended(state, run, usage);
}
