import { compile } from '#libs/compiler/index.js';
import { micros } from '#libs/kernel/index.js';
import { type EventBody, fold, type JournalEvent, numbered, UNBORN, type Usage } from '#libs/workflow/index.js';
import { type LogLine, logsOf } from './logs.js';

const AT = Date.UTC(2026, 10, 22, 11);

function started(type: 'sequential' | 'conditional'): EventBody {
  const conditions = [{ field: 'result', operator: 'exists', value: null }];
  const plan = compile({
    type,
    agents: [
      { agent_id: 'a1', execution_order: 1, input: { source: 'initial_prompt' } },
      {
        agent_id: 'a2',
        execution_order: 2,
        input: { source: 'initial_prompt' },
        ...(type === 'conditional' && { conditions }),
      },
    ],
  });
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan));
  return {
    kind: 'execution-started',
    format: 1,
    executionId: 'e',
    userId: 'u',
    teamId: 't',
    teamName: 'Team',
    prompt: 'p',
    plan,
    agents: {},
    prices: {},
  };
}

function logs(...bodies: readonly EventBody[]): readonly LogLine[] {
  const first = bodies[0]?.kind === 'execution-started' ? [] : [started('sequential')];
  const events: JournalEvent[] = [];
  let state = UNBORN;
  for (const body of [...first, ...bodies]) {
    const event = numbered(state, body, AT);
    events.push(event);
    state = fold(state, event);
  }
  return logsOf(events, state);
}

const usage: Usage = {
  provider: 'openai',
  model: 'strange',
  keyType: 'renum_native',
  tokensIn: 1,
  tokensOut: 1,
  requests: 1,
  costMicros: micros(0),
  incomplete: true,
};
const error = { code: 'server_error', message: 'It broke.' };
const run = { step: 's1', attempt: 1, epoch: 1 };
const output = { result: 'x', execution_time: 2 };

/** Every kind and how a person reads it. */
const LINES: readonly (readonly [EventBody, string, string])[] = [
  [{ kind: 'execution-taken', epoch: 2 }, 'debug', 'Taken up again'],
  [{ kind: 'execution-finished', status: 'completed', error: null }, 'info', 'Execution completed'],
  [{ kind: 'execution-finished', status: 'failed', error }, 'error', 'Execution failed: It broke.'],
  [{ kind: 'execution-finished', status: 'cancelled', error: null }, 'warning', 'Execution cancelled'],
  [{ kind: 'step-started', ...run }, 'info', 'Started'],
  [{ kind: 'step-started', ...run, attempt: 2 }, 'info', 'Attempt 2 started'],
  [{ kind: 'step-interrupted', step: 's1', attempt: 1 }, 'warning', 'Interrupted by a restart'],
  [{ kind: 'step-resumed', ...run }, 'info', 'Resumed'],
  [{ kind: 'step-parked', step: 's1', attempt: 1, why: 'approval', until: null }, 'info', 'Waiting (approval)'],
  [{ kind: 'step-parked', step: 's1', attempt: 1, why: 'rate', until: AT }, 'info', 'Waiting (rate)'],
  [{ kind: 'step-succeeded', ...run, output, usage: null }, 'info', 'Completed'],
  [{ kind: 'step-retrying', ...run, error, retryAt: AT, usage: null }, 'warning', 'Attempt 1 failed: It broke.'],
  [{ kind: 'step-failed', ...run, error, usage: null }, 'error', 'Failed: It broke.'],
  [{ kind: 'step-skipped', step: 's2', reason: 'stopped' }, 'info', 'Skipped: an earlier agent failed'],
  [{ kind: 'step-cancelled', step: 's1' }, 'warning', 'Cancelled'],
  [{ kind: 'loop-back', loop: 'l1', round: 2, from: 's2' }, 'info', 'Sent back for round 2'],
  [{ kind: 'cancel-requested', by: 'u', reason: 'enough' }, 'warning', 'Stop requested: enough'],
  [
    { kind: 'step-reported', report: { ...run, outcome: { ok: true, output, usage: null } } },
    'debug',
    'A result arrived from a former owner',
  ],
  [
    { kind: 'cost-recorded', ...run, usage: { ...usage, incomplete: false } },
    'debug',
    'The cost of a late result was recorded',
  ],
  [
    { kind: 'step-added', step: 'c1', added: { agentId: 'a2', askedBy: 's1', depth: 1, deadline: 0, question: 'q' } },
    'info',
    'Asked by another agent',
  ],
];

describe('the log of an execution', () => {
  test('begins with the team and its strategy', () => {
    expect(logs()).toEqual([
      {
        timestamp: '2026-11-22T11:00:00.000Z',
        level: 'info',
        agent_id: null,
        message: 'Execution of team "Team" started',
        details: { strategy: 'sequential' },
      },
    ]);
  });

  test.each(LINES)('reads %j as %s "%s"', (body, level, message) => {
    expect(logs(body).at(-1)).toMatchObject({ level, message });
  });

  test('names the agent and the step of a line', () => {
    expect(logs({ kind: 'step-started', ...run }).at(-1)).toMatchObject({
      agent_id: 'a1',
      details: { step_id: 's1', attempt: 1 },
    });
  });

  test('warns where the price of a model is not known', () => {
    const lines = logs({ kind: 'step-started', ...run }, { kind: 'step-succeeded', ...run, output, usage });
    expect(lines.slice(-2).map(({ level }) => level)).toEqual(['info', 'warning']);
    expect(lines.at(-1)?.message).toContain('price of this model is not known');
  });

  test('only warns of a failure that the run survives', () => {
    const failed = { kind: 'step-failed', ...run, error, usage: null } as const;
    expect(logs(started('conditional'), { ...failed, step: 's2', attempt: 0 }).at(-1)?.level).toBe('warning');
    expect(logs(started('conditional'), { ...failed, attempt: 0 }).at(-1)?.level).toBe('error');
  });

  test('says nothing where a call ended without a cost', () => {
    expect(logs({ kind: 'cost-recorded', ...run, usage: null })).toHaveLength(1);
  });
});

test('a restart is told where it interrupted something', () => {
  const lines = logs(
    { kind: 'step-started', step: 's1', attempt: 1, epoch: 1 },
    { kind: 'execution-taken', epoch: 2 },
    { kind: 'step-interrupted', step: 's1', attempt: 1 },
  );
  expect(lines.slice(2)).toMatchObject([
    { level: 'warning', message: 'The server was restarted; the execution goes on', details: { epoch: 2 } },
    { level: 'warning', message: 'Interrupted by a restart' },
  ]);
});

test('what was adopted says where it was run, and a failure how grave it is here', () => {
  const from = { executionId: 'e0', step: 's1', startedAt: AT, endedAt: AT };
  const lines = logs(
    { kind: 'step-adopted', step: 's1', from, result: { ok: true, output } },
    { kind: 'step-adopted', step: 's2', from: { ...from, step: 's2' }, result: { ok: false, error } },
  );
  expect(lines.slice(1)).toMatchObject([
    { level: 'info', agent_id: 'a1', details: { step_id: 's1', from_execution_id: 'e0', from_step: 's1' } },
    {
      level: 'error',
      agent_id: 'a2',
      message: 'Failed in an earlier execution: It broke.',
      details: { code: 'server_error' },
    },
  ]);
});
