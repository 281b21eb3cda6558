import { micros } from '#libs/kernel/index.js';
import { numbered } from '../advance.js';
import type { Added, Decision, EventBody, JournalEvent, Outcome, StepReport, Usage } from '../events.js';
import { fold, UNBORN } from '../fold.js';
import type { Plan, PlanNode } from '../plan.js';
import type { State, Step } from '../state.js';
import { startedWith } from './states.js';

/** A plan of these nodes in this order, each an agent that receives the prompt unless it is said otherwise. */
export function planWith(nodes: Readonly<Record<string, Partial<PlanNode>>>, rest: Partial<Plan> = {}): Plan {
  return {
    strategy: 'parallel',
    nodes: Object.entries(nodes).map(([id, node]) => ({ ...NODE, id, agentId: `agent-${id}`, ...node })),
    loops: [],
    onFailure: 'continue',
    width: 10,
    ...rest,
  };
}

const NODE: Omit<PlanNode, 'id' | 'agentId'> = {
  role: 'member',
  after: [],
  input: { from: 'prompt' },
  conditions: [],
  reference: null,
  conditionsMayTurn: false,
  timeoutMs: null,
  retry: { attempts: 3, firstMs: 1_000, factor: 2, capMs: 60_000, on: ['server_error'] },
  onInterrupted: 'resume',
};

/** What happened in a run of the plan, in order: the first event at 1,000 ms, each further one a second later. */
export function journalOf(plan: Plan, bodies: readonly EventBody[]): readonly JournalEvent[] {
  const journal: JournalEvent[] = [];
  let state = UNBORN;
  for (const [index, body] of [startedWith(plan), ...bodies].entries()) {
    const event = numbered(state, body, (index + 1) * 1_000);
    journal.push(event);
    state = fold(state, event);
  }
  return journal;
}

export function stateAfter(plan: Plan, ...bodies: readonly EventBody[]): State {
  return journalOf(plan, bodies).reduce(fold, UNBORN);
}

/** The step, which must be so. */
export function stepThat<I extends Step['is']>(state: State, id: string, is: I): Extract<Step, { is: I }> {
  const step = state.steps[id];
  if (step?.is !== is) throw new Error(`${id} is ${step?.is}, not ${is}`);
  return step as Extract<Step, { is: I }>;
}

export function started(step: string, attempt = 1, epoch = 1): Decision {
  return { kind: 'step-started', step, attempt, epoch };
}

export function succeeded(step: string, result = `result of ${step}`, data?: number): Decision {
  const output = { result, ...(data !== undefined && { data }), execution_time: 1 };
  return { kind: 'step-succeeded', step, attempt: 1, epoch: 1, output, usage: null };
}

export function failed(step: string, code = 'invalid', attempt = 1): Decision {
  return { kind: 'step-failed', step, attempt, epoch: 1, error: { code, message: `${step} failed` }, usage: null };
}

export function parked(step: string, why: 'retry' | 'rate' | 'answer' | 'approval', until: number | null): Decision {
  return { kind: 'step-parked', step, attempt: 1, why, until };
}

export function question(step: string, askedBy: string, deadline = 60_000): Decision {
  const added: Added = { agentId: 'agent-s1', askedBy, depth: 1, deadline, question: 'Why?' };
  return { kind: 'step-added', step, added };
}

export function usageOf(costMicros: number): Usage {
  const counts = { tokensIn: 1, tokensOut: 1, requests: 1, costMicros: micros(costMicros), incomplete: false };
  return { provider: 'sim', model: 'sim', keyType: 'renum_native', ...counts };
}

export const CANCEL: EventBody = { kind: 'cancel-requested', by: 'u1', reason: 'enough' };

/** What a performance answered: text, or the code of its failure behind a `!`. */
export function report(step: string, says: string, rest: Partial<StepReport> & { usage?: Usage } = {}): StepReport {
  const { usage = null, ...performance } = rest;
  const outcome: Outcome = says.startsWith('!')
    ? { ok: false, error: { code: says.slice(1), message: says }, retryAfterMs: 0, usage }
    : { ok: true, output: { result: says, execution_time: 1 }, usage };
  return { step, attempt: 1, epoch: 1, outcome, ...performance };
}
