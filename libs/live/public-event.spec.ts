import { micros } from '#libs/kernel/index.js';
import { type EventBody, PUBLIC_NAME } from '#libs/workflow/index.js';
import { publicEventOf } from './public-event.js';
import { birth, ofKind } from './testing/run.builder.js';

const AT = Date.UTC(2026, 4, 1, 12);
const SEEN = { execution_id: 'e1', seq: 7, at: '2026-05-01T12:00:00.000Z' };
const PERFORMED = { step: 's2~2', attempt: 3, epoch: 1 };
const STEP = { step_id: 's2~2', agent_id: 'writer', attempt: 3 };
const WRITER = { step_id: 's2~2', agent_id: 'writer' };
const USE = { step: 's2~2', attempt: 3, turnNo: 2, place: 0, name: 'context_set' };
const TOOL = { name: 'context_set', turn: 2, place: 0 };
const REQUEST = { id: 'm1', from: 'writer', to: 'a2', type: 'request', content: { text: 'x' } } as const;
const MESSAGE = { message_id: 'm1', from_agent: 'writer', content: { text: 'x' } };
const ERROR = { code: 'rate_limit', message: 'Too many requests' };
const USAGE = {
  provider: 'openai',
  model: 'gpt-4o',
  keyType: 'renum_native',
  tokensIn: 120,
  tokensOut: 30,
  requests: 1,
  costMicros: micros(1_050),
  incomplete: false,
} as const;
const COST = { tokens_input: 120, tokens_output: 30, cost_usd: 0.00105 };

const see = (body: EventBody, publicSeq: number | null = 7) =>
  publicEventOf({ seq: 9, publicSeq, at: AT, body }, 'e1', (step) => (step === 's2~2' ? 'writer' : undefined));

describe('an event as the world sees it', () => {
  test.each<[string, EventBody, object]>([
    ['execution.started', birth('e1'), {}],
    ['execution.cancelling', { kind: 'cancel-requested', by: 'u1', reason: 'enough' }, {}],
    ['step.started', { kind: 'step-started', ...PERFORMED }, STEP],
    [
      'step.succeeded',
      { kind: 'step-succeeded', ...PERFORMED, output: { result: 'a text', data: 1, execution_time: 2 }, usage: USAGE },
      { ...STEP, result: 'a text', usage: COST },
    ],
    [
      'step.failed',
      { kind: 'step-failed', ...PERFORMED, error: ERROR, usage: USAGE },
      { ...STEP, error: ERROR, usage: COST },
    ],
    [
      'step.retrying',
      { kind: 'step-retrying', ...PERFORMED, error: ERROR, retryAt: AT + 1_500, usage: null },
      { ...STEP, error: ERROR, retry_at: '2026-05-01T12:00:01.500Z' },
    ],
    [
      'step.skipped',
      { kind: 'step-skipped', step: 's2~2', reason: 'condition' },
      { step_id: 's2~2', agent_id: 'writer' },
    ],
    ['step.cancelled', { kind: 'step-cancelled', step: 's2~2' }, { step_id: 's2~2', agent_id: 'writer' }],
    ['tool.called', { kind: 'tool-called', ...USE }, { ...STEP, tool: TOOL }],
    [
      'tool.completed',
      { kind: 'tool-completed', ...USE, output: { a: 1 } },
      { ...STEP, tool: { ...TOOL, output: { a: 1 } } },
    ],
    ['tool.failed', { kind: 'tool-failed', ...USE, error: ERROR }, { ...STEP, tool: TOOL, error: ERROR }],
    [
      'context.changed',
      { kind: 'context-changed', step: 's2~2', name: 'notes', reducer: 'append', value: 'x', version: 4 },
      { ...WRITER, context: { key: 'notes', reducer: 'append', value: 'x', version: 4 } },
    ],
    [
      'message.sent',
      { kind: 'message-sent', step: 's2~2', id: 'm1', from: 'writer', to: null, type: 'info', content: { text: 'x' } },
      { ...WRITER, message: { ...MESSAGE, to_agent: null, message_type: 'info', requires_response: false } },
    ],
    [
      'message.sent',
      { kind: 'message-sent', step: 's2~2', ...REQUEST, timeoutMs: 2_500, question: 'c1' },
      {
        ...WRITER,
        message: {
          ...MESSAGE,
          to_agent: 'a2',
          message_type: 'request',
          requires_response: true,
          response_timeout: 2.5,
        },
      },
    ],
    [
      'message.sent',
      { kind: 'message-sent', step: 's2~2', ...REQUEST, type: 'response', answers: 'm0' },
      {
        ...WRITER,
        message: {
          ...{ ...MESSAGE, to_agent: 'a2', message_type: 'response', requires_response: false },
          request_message_id: 'm0',
        },
      },
    ],
    ['execution.finished', { kind: 'execution-finished', status: 'completed', error: null }, { status: 'completed' }],
    [
      'execution.finished',
      { kind: 'execution-finished', status: 'failed', error: ERROR },
      { status: 'failed', error: ERROR },
    ],
  ])('%s says just what is known', (type, body, facts) => {
    expect(see(body)).toEqual({ ...SEEN, type, ...facts });
  });

  test('a step that waits says when it goes on by itself, but not when an answer would lapse', () => {
    const parked = { kind: 'step-parked', step: 's2~2', attempt: 3 } as const;
    const waiting = { ...SEEN, type: 'step.waiting', ...STEP };
    expect(see({ ...parked, why: 'rate', until: AT })).toEqual({ ...waiting, retry_at: SEEN.at });
    expect(see({ ...parked, why: 'budget', until: null })).toEqual(waiting);
    expect(see({ ...parked, why: 'approval', until: AT })).toEqual(waiting);
    expect(see({ ...parked, why: 'answer', until: AT })).toEqual(waiting);
  });

  test('what was adopted is named by how it ended, and says where that was', () => {
    const adopted = {
      kind: 'step-adopted',
      step: 's2~2',
      from: { executionId: 'e0', step: 's2', startedAt: 1, endedAt: 2 },
    } as const;
    const seen = {
      ...SEEN,
      step_id: 's2~2',
      agent_id: STEP.agent_id,
      adopted_from: { execution_id: 'e0', step_id: 's2' },
    };
    const output = { result: 'text', execution_time: 1 };
    expect(see({ ...adopted, result: { ok: true, output } })).toEqual({
      ...seen,
      type: 'step.succeeded',
      result: 'text',
    });
    const error = { code: 'invalid', message: 'no' };
    expect(see({ ...adopted, result: { ok: false, error } })).toEqual({ ...seen, type: 'step.failed', error });
  });

  test('an agent that is not known is left out', () => {
    expect(see({ kind: 'step-cancelled', step: 's9' })).toEqual({ ...SEEN, type: 'step.cancelled', step_id: 's9' });
  });

  test('an inner event is not seen, nor one that this program cannot name', () => {
    const inner = Object.values(ofKind).filter(({ kind }) => PUBLIC_NAME[kind] === null);
    expect(inner.length).toBeGreaterThan(5);
    for (const body of inner) expect(see(body)).toBeNull();
    expect(see({ kind: 'step-started', ...PERFORMED }, null)).toBeNull();
    expect(see({ kind: 'step-dreamt' } as unknown as EventBody)).toBeNull();
  });

  test('nothing of an event is shown but what is meant to be', () => {
    const names = [
      'execution_id',
      'seq',
      'type',
      'at',
      'step_id',
      'agent_id',
      'attempt',
      'result',
      'error',
      'retry_at',
    ];
    for (const body of Object.values(ofKind))
      for (const key of Object.keys(see(body) ?? {}))
        expect([...names, 'usage', 'status', 'adopted_from', 'tool', 'context', 'message', 'approval']).toContain(key);
  });
});
