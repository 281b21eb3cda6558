import type { EventBody, EventKind, ExecutionStarted, PlanNode } from '#libs/workflow/index.js';

const node = (id: string, agentId: string): PlanNode => ({
  id,
  agentId,
  role: 'member',
  after: [],
  input: { from: 'prompt' },
  conditions: [],
  reference: null,
  conditionsMayTurn: false,
  timeoutMs: null,
  retry: { attempts: 1, firstMs: 0, factor: 1, capMs: 0, on: [] },
  onInterrupted: 'resume',
});

/** The first event of a run: `s1` is performed by `reader`, `s2` by `writer`. */
export function birth(executionId: string): ExecutionStarted {
  return {
    kind: 'execution-started',
    format: 1,
    executionId,
    userId: 'u1',
    teamId: 't1',
    teamName: 'Team',
    prompt: 'hello',
    plan: {
      strategy: 'sequential',
      nodes: [node('s1', 'reader'), node('s2', 'writer')],
      loops: [],
      onFailure: 'stop',
      width: 1,
    },
    agents: {},
    prices: {},
  };
}

const S1 = { step: 's1', attempt: 1, epoch: 1 };
const ERROR = { code: 'network', message: 'unreachable' };
const OUTPUT = { result: 'done', execution_time: 1 };
const CALL = { id: 'call_1', name: 'context_get', input: {} };
const USE = { step: 's1', attempt: 1, turnNo: 1, place: 0, name: 'context_get' };

/** One event of every kind there is. */
export const ofKind: { readonly [K in EventKind]: Extract<EventBody, { kind: K }> } = {
  'execution-started': birth('e1'),
  'execution-taken': { kind: 'execution-taken', epoch: 2 },
  'execution-finished': { kind: 'execution-finished', status: 'completed', error: null },
  'step-added': {
    kind: 'step-added',
    step: 'c1',
    added: { agentId: 'expert', askedBy: 's1', depth: 1, deadline: 0, question: 'why?' },
  },
  'step-started': { kind: 'step-started', ...S1 },
  'step-interrupted': { kind: 'step-interrupted', step: 's1', attempt: 1 },
  'step-resumed': { kind: 'step-resumed', ...S1 },
  'step-parked': { kind: 'step-parked', step: 's1', attempt: 1, why: 'rate', until: 1 },
  'step-succeeded': { kind: 'step-succeeded', ...S1, output: OUTPUT, usage: null },
  'step-retrying': { kind: 'step-retrying', ...S1, error: ERROR, retryAt: 1, usage: null },
  'step-failed': { kind: 'step-failed', ...S1, error: ERROR, usage: null },
  'turn-recorded': { kind: 'turn-recorded', ...S1, turnNo: 1, turn: { text: '', calls: [CALL] }, usage: null },
  'tool-called': { kind: 'tool-called', ...USE },
  'tool-completed': { kind: 'tool-completed', ...USE, output: { variables: {}, version: 1 } },
  'tool-failed': { kind: 'tool-failed', ...USE, error: ERROR },
  'context-changed': {
    kind: 'context-changed',
    step: 's1',
    name: 'tide',
    reducer: 'replace',
    value: 'low',
    version: 2,
  },
  'message-sent': {
    kind: 'message-sent',
    step: 's1',
    ...{ id: 'm1', from: 'writer', to: null, type: 'info', content: { text: 'Low tide.' } },
  },
  'approval-requested': {
    kind: 'approval-requested',
    ...{ ...S1, when: 'after', until: 1, output: OUTPUT, usage: null },
  },
  'approval-decided': {
    kind: 'approval-decided',
    step: 's1',
    ...{ by: 'u1', decision: 'approve', edited: null, comment: null },
  },
  'step-adopted': {
    kind: 'step-adopted',
    step: 's1',
    from: { executionId: 'e0', step: 's1', startedAt: 1, endedAt: 2 },
    result: { ok: true, output: OUTPUT },
  },
  'step-skipped': { kind: 'step-skipped', step: 's2', reason: 'condition' },
  'step-cancelled': { kind: 'step-cancelled', step: 's2' },
  'loop-back': { kind: 'loop-back', loop: 'l1', round: 2, from: 's2' },
  'cancel-requested': { kind: 'cancel-requested', by: 'u1', reason: 'enough' },
  'step-reported': { kind: 'step-reported', report: { ...S1, outcome: { ok: true, output: OUTPUT, usage: null } } },
  'cost-recorded': { kind: 'cost-recorded', ...S1, usage: null },
};
