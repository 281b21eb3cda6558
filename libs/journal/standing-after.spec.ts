import { type Decision, foldAll, type JournalEvent } from '#libs/workflow/index.js';
import { ACCEPTED, standingAfter } from './standing-after.js';

const NODE = {
  agentId: 'a',
  role: 'member',
  after: [],
  input: { from: 'prompt' },
  conditions: [],
  reference: null,
} as const;
const RETRY = { attempts: 1, firstMs: 0, factor: 1, capMs: 0, on: [] } as const;
const STEP = {
  ...NODE,
  id: 's1',
  conditionsMayTurn: false,
  timeoutMs: null,
  retry: RETRY,
  onInterrupted: 'resume',
} as const;
const BORN: Decision = {
  kind: 'execution-started',
  format: 1,
  executionId: 'e1',
  userId: 'u1',
  teamId: 't1',
  teamName: 'a team',
  prompt: 'hello',
  plan: { strategy: 'sequential', nodes: [STEP], loops: [], onFailure: 'stop', width: 1 },
  agents: {},
  prices: {},
};
const STEP_STARTED: Decision = { kind: 'step-started', step: 's1', attempt: 1, epoch: 1 };
const ADOPTED: Decision = {
  kind: 'step-adopted',
  step: 's1',
  from: { executionId: 'e0', step: 's1', startedAt: 1, endedAt: 2 },
  result: { ok: false, error: { code: 'invalid', message: 'no' } },
};
const SKIPPED: Decision = { kind: 'step-skipped', step: 's1', reason: 'condition' };
const FINISHED: Decision = { kind: 'execution-finished', status: 'failed', error: null };
const FINISHED_AGAIN: Decision = { kind: 'execution-finished', status: 'completed', error: null };

const numbered = (bodies: readonly Decision[]): JournalEvent[] =>
  bodies.map((body, n) => ({ seq: n + 1, publicSeq: n + 1, at: 1_000 + n, body }));

test.each([
  { bodies: [BORN], status: 'pending' },
  { bodies: [BORN, SKIPPED], status: 'pending' },
  { bodies: [BORN, STEP_STARTED], status: 'running' },
  { bodies: [BORN, ADOPTED], status: 'running' },
  { bodies: [BORN, STEP_STARTED, FINISHED], status: 'failed' },
  { bodies: [BORN, FINISHED, FINISHED_AGAIN], status: 'failed' },
  { bodies: [BORN, FINISHED, STEP_STARTED], status: 'failed' },
])('the row says $status, as the fold of the same events does', ({ bodies, status }) => {
  const events = numbered(bodies);
  const { startedAt, finishedAt, ...state } = foldAll(events);
  expect(standingAfter(ACCEPTED, events)).toEqual({ status: state.status, startedAt, finishedAt });
  expect(state.status).toBe(status);
});

test('what changes nothing gives back the same object', () => {
  expect(standingAfter(ACCEPTED, numbered([BORN, SKIPPED]))).toBe(ACCEPTED);
});
