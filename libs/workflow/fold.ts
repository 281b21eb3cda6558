import { mayVote } from './approvals.js';
import { Draft } from './draft.js';
import {
  type Added,
  type EventBody,
  type ExecutionStarted,
  JOURNAL_FORMAT,
  type JournalEvent,
  type Performance,
  type StepReport,
  type Usage,
} from './events.js';
import { type StepId, stepOf } from './plan.js';
import { chargeKey, factsOf, type State, type Step } from './state.js';
import { type StepEvent, stepAfter } from './step-after.js';

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
  variables: {},
  contextVersion: 0,
  lastAnswered: null,
  messages: {},
  cancelling: false,
  status: 'pending',
  error: null,
  startedAt: null,
  finishedAt: null,
  lastAt: 0,
  unreadable: null,
};

export function fold(state: State, event: JournalEvent): State {
  return foldAll([event], state);
}

/** As `fold` for each in turn, at the price of one copy of the state altogether. */
export function foldAll(events: readonly JournalEvent[], before: State = UNBORN): State {
  const draft = new Draft(before);
  for (const event of events) take(draft, event);
  return draft.done();
}

/** As `fold`, into a state in the making. */
export function take(draft: Draft, { seq, publicSeq, at, body }: JournalEvent): void {
  if (seq <= draft.facts.seq) return;
  draft.set({ seq, publicSeq: publicSeq ?? draft.facts.publicSeq, lastAt: at });
  apply(draft, body, at);
}

/** The state as it stands once a report of this process is taken into account: not an event until it is decided upon. */
export function receive(state: State, report: StepReport): State {
  const draft = new Draft(state);
  hear(draft, report);
  return draft.done();
}

/** Whether the report's attempt still counts. If not, only what it cost does. */
export function awaits({ phase, steps }: Pick<State, 'phase' | 'steps'>, report: Performance): boolean {
  const step = steps[report.step];
  return phase === 'open' && step?.is === 'running' && step.attempt === report.attempt && step.report === null;
}

type Told<K extends EventBody['kind']> = Extract<EventBody, { kind: K }>;

function apply(draft: Draft, body: EventBody, at: number): void {
  switch (body.kind) {
    case 'execution-started':
      begin(draft, body);
      break;
    case 'execution-taken':
      draft.set({ epoch: Math.max(draft.facts.epoch, body.epoch) });
      break;
    case 'execution-finished':
      finish(draft, body, at);
      break;
    case 'cancel-requested':
      if (draft.facts.phase === 'open') draft.set({ cancelling: true });
      break;
    case 'cost-recorded':
      charge(draft, body, body.usage);
      break;
    case 'loop-back':
      goBack(draft, body);
      break;
    case 'step-added':
      add(draft, body.step, body.added);
      break;
    case 'step-adopted':
      adopt(draft, body, at);
      break;
    case 'context-changed':
      change(draft, body);
      break;
    case 'message-sent':
      send(draft, body, at);
      break;
    case 'step-reported':
      if (body.report.outcome.usage) charge(draft, body.report, body.report.outcome.usage);
      hear(draft, body.report);
      break;
    case 'step-started':
    case 'step-interrupted':
    case 'step-resumed':
    case 'step-parked':
    case 'step-skipped':
    case 'step-cancelled':
    case 'tool-called':
    case 'tool-completed':
    case 'tool-failed':
      move(draft, body, at);
      break;
    case 'approval-decided':
      vote(draft, body, at);
      break;
    case 'turn-recorded':
    case 'approval-requested':
    case 'step-succeeded':
    case 'step-retrying':
    case 'step-failed':
      if (body.usage) charge(draft, body, body.usage);
      move(draft, body, at);
      break;
    default:
      draft.set({ unreadable: unreadableKind(body) });
  }
}

/** A kind of a later release: to go on without it would be to decide from half a history. */
function unreadableKind(body: never): string {
  return `The journal holds an event of the unknown kind "${(body as EventBody).kind}".`;
}

function begin(draft: Draft, body: ExecutionStarted): void {
  if (draft.facts.phase !== 'unborn') return;
  if (body.format > JOURNAL_FORMAT) {
    draft.set({ unreadable: `The journal has format ${body.format}; this program reads ${JOURNAL_FORMAT}.` });
    return;
  }
  draft.set({ phase: 'open', started: body, contextVersion: 1 });
  for (const [name, { initial }] of Object.entries(body.plan.context ?? {})) {
    if (initial !== undefined) draft.variables.put(name, { value: initial, version: 1 });
  }
  for (const { id, agentId } of body.plan.nodes) {
    draft.steps.put(id, { id, node: id, round: 1, agentId, feedbackFrom: null, added: null, is: 'waiting' });
    draft.rounds.put(id, 1);
  }
}

function finish(draft: Draft, { status, error }: Told<'execution-finished'>, at: number): void {
  if (draft.facts.phase === 'open') draft.set({ phase: 'finished', status, error, finishedAt: at });
}

function add(draft: Draft, id: StepId, added: Added): void {
  if (draft.facts.phase !== 'open' || draft.steps.get(id)) return;
  const { agentId } = added;
  draft.steps.put(id, { id, node: null, round: 1, agentId, feedbackFrom: null, added, is: 'waiting' });
}

/** Opens fresh steps for the loop's body; a round that was opened already is not opened twice. */
function goBack(draft: Draft, { loop: id, round, from }: Told<'loop-back'>): void {
  const { started, phase } = draft.facts;
  const loop = started?.plan.loops.find((one) => one.id === id);
  const gone = draft.loops.get(id) ?? 0;
  if (!loop || phase !== 'open' || round !== gone + 2) return;
  for (const node of loop.body) {
    const next = (draft.rounds.get(node) ?? 1) + 1;
    const step = stepOf(node, next);
    const agentId = draft.steps.get(node)?.agentId ?? '';
    const feedbackFrom = node === loop.to ? from : null;
    draft.steps.put(step, { id: step, node, round: next, agentId, feedbackFrom, added: null, is: 'waiting' });
    draft.rounds.put(node, next);
  }
  draft.loops.put(id, gone + 1);
}

/** What was adopted is settled from the first moment on, and stands in the order in which it was run. */
function adopt(draft: Draft, { step: id, from, result }: Told<'step-adopted'>, at: number): void {
  const step = draft.steps.get(id);
  if (draft.facts.phase !== 'open' || step?.is !== 'waiting') return;
  const { startedAt, endedAt } = from;
  const settled = { ...factsOf(step), from, attempt: 0, startedAt, endedAt };
  if (result.ok) draft.steps.put(id, { ...settled, is: 'succeeded', output: result.output });
  else draft.steps.put(id, { ...settled, is: 'failed', error: result.error });
  if (result.ok) answered(draft, step);
  if (draft.facts.status === 'pending') draft.set({ status: 'running', startedAt: at });
}

function change(draft: Draft, { name, reducer, value }: Told<'context-changed'>): void {
  if (draft.facts.phase !== 'open') return;
  const version = draft.facts.contextVersion + 1;
  const after = draft.growth.grown(name, reducer, draft.variables.get(name)?.value, value);
  draft.variables.put(name, { value: after, version });
  draft.set({ contextVersion: version });
}

function send(draft: Draft, message: Told<'message-sent'>, at: number): void {
  draft.messages.put(message.id, { ...message, seq: draft.facts.seq, at });
}

/** The engine sets the variables that follow from an answer: its agent's result, and in a pipeline the next input. */
function answered(draft: Draft, { id, node }: Step): void {
  if (node === null) return;
  const set = draft.facts.started?.plan.strategy === 'pipeline' ? 2 : 1;
  draft.set({ contextVersion: draft.facts.contextVersion + set, lastAnswered: id });
}

function hear(draft: Draft, report: StepReport): void {
  const step = draft.steps.get(report.step);
  if (step?.is !== 'running' || !awaits({ phase: draft.facts.phase, steps: draft.steps.all }, report)) return;
  draft.steps.put(step.id, { ...step, report });
}

/** Who speaks twice, or when it is decided, is not heard. */
function vote(draft: Draft, body: Told<'approval-decided'>, at: number): void {
  const plan = draft.facts.started?.plan;
  const step = draft.steps.get(body.step);
  if (plan && step && mayVote(plan, step, body.by)) move(draft, body, at);
}

function move(draft: Draft, body: StepEvent, at: number): void {
  const { phase, status } = draft.facts;
  const step = draft.steps.get(body.step);
  const next = phase === 'open' && step ? stepAfter(step, body, at, draft.facts.seq) : null;
  if (next === null) return;
  draft.steps.put(next.id, next);
  if (next.is === 'succeeded') answered(draft, next);
  const hasBegun = next.is === 'running' || next.is === 'parked';
  if (hasBegun && status === 'pending') draft.set({ status: 'running', startedAt: at });
}

/** A performance that is charged twice (a result delivered again) counts once: the first known cost stays. */
function charge(draft: Draft, performance: Performance, usage: Usage | null): void {
  const key = chargeKey(performance);
  if (!draft.charges.get(key)) draft.charges.put(key, usage);
}
