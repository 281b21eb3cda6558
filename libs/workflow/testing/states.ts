import type { Json } from '#libs/kernel/index.js';
import type { ExecutionStarted } from '../events.js';
import type { Plan } from '../plan.js';
import type { State, Step, StepFacts } from '../state.js';

/** A run as text: by step id `ok` with what it answered, or what else became of it. Later ones ended later. */
export type Course = Readonly<Record<string, string | { readonly says: string; readonly data?: Json }>>;

export function startedWith(plan: Plan, prompt = 'the prompt'): ExecutionStarted {
  return {
    kind: 'execution-started',
    format: 1,
    executionId: 'e1',
    userId: 'u1',
    teamId: 't1',
    teamName: 'Team',
    prompt,
    plan,
    agents: {},
    prices: {},
  };
}

/** A state in which exactly these steps have opened; each round is the highest that occurs. */
export function stateOf(plan: Plan, course: Course, rest: Partial<State> = {}): State {
  const steps: Record<string, Step> = {};
  const rounds: Record<string, number> = {};
  for (const [index, [id, what]] of Object.entries(course).entries()) {
    const [node = id, round = '1'] = id.split('~');
    rounds[node] = Number(round);
    steps[id] = stepOf(plan, { id, node, round: Number(round) }, what, 1_000 + index);
  }
  return {
    phase: 'open',
    started: startedWith(plan),
    seq: 1,
    publicSeq: 1,
    epoch: 1,
    steps,
    rounds,
    loops: {},
    charges: {},
    variables: {},
    contextVersion: 1,
    lastAnswered: Object.keys(course).findLast((id) => typeof course[id] === 'object') ?? null,
    messages: {},
    cancelling: false,
    status: 'running',
    error: null,
    startedAt: 0,
    finishedAt: null,
    lastAt: 0,
    unreadable: null,
    ...rest,
  };
}

function stepOf(
  plan: Plan,
  { id, node, round }: Pick<StepFacts, 'id' | 'round'> & { node: string },
  what: Course[string],
  at: number,
): Step {
  const agentId = plan.nodes.find((one) => one.id === node)?.agentId ?? '';
  const facts: StepFacts = { id, node, round, agentId, feedbackFrom: null, added: null };
  const times = { startedAt: at, endedAt: at + 100 };
  if (typeof what !== 'string') {
    const output = { result: what.says, ...(what.data !== undefined && { data: what.data }), execution_time: 0.1 };
    return { ...facts, ...times, is: 'succeeded', attempt: 1, output };
  }
  if (what === 'failed') return { ...facts, ...times, is: what, attempt: 1, error: { code: 'x.y', message: 'no' } };
  if (what === 'skipped') return { ...facts, is: what, reason: 'condition', endedAt: at };
  if (what === 'cancelled') return { ...facts, ...times, is: what, cut: null };
  return { ...facts, is: 'waiting' };
}
