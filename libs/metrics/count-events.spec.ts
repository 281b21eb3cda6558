import { micros } from '#libs/kernel/index.js';
import type { EventBody, ExecutionStarted, JournalEvent, Usage } from '#libs/workflow/index.js';
import { countEvents, runnersOf } from './count-events.js';

const USAGE: Usage = {
  provider: 'openai',
  model: 'gpt-4o',
  keyType: 'renum_native',
  tokensIn: 120,
  tokensOut: 30,
  requests: 1,
  costMicros: micros(1_050_000),
  incomplete: false,
};
const S1 = { step: 's1', attempt: 1, epoch: 1 };
const ERROR = { code: 'network', message: 'gone' };

const event = (body: EventBody): JournalEvent => ({ seq: 1, publicSeq: 1, at: 0, body });
const counted = (body: EventBody) => countEvents([event(body)], () => 'llm');

describe('what an event adds to the counters', () => {
  it('an end of an execution, by outcome', () => {
    expect(counted({ kind: 'execution-finished', status: 'cancelled', error: null })).toEqual([
      { counter: 'executions', outcome: 'cancelled' },
    ]);
  });

  it.each<[EventBody, string]>([
    [{ kind: 'step-succeeded', ...S1, output: { result: '', execution_time: 0 }, usage: null }, 'succeeded'],
    [{ kind: 'step-failed', ...S1, error: ERROR, usage: null }, 'failed'],
    [{ kind: 'step-skipped', step: 's1', reason: 'condition' }, 'skipped'],
    [{ kind: 'step-cancelled', step: 's1' }, 'cancelled'],
  ])('an end of a step, by what performed it and outcome: %j', (body, outcome) => {
    expect(counted(body)).toEqual([{ counter: 'steps', runner: 'llm', outcome }]);
  });

  it('what an attempt used, whatever became of it, in tokens and dollars', () => {
    const used = [
      { counter: 'tokens', direction: 'input', provider: 'openai', by: 120 },
      { counter: 'tokens', direction: 'output', provider: 'openai', by: 30 },
      { counter: 'cost', provider: 'openai', byUsd: 1.05 },
    ];
    expect(counted({ kind: 'step-retrying', ...S1, error: ERROR, retryAt: 0, usage: USAGE })).toEqual(used);
    expect(counted({ kind: 'cost-recorded', ...S1, usage: USAGE })).toEqual(used);
    expect(counted({ kind: 'step-failed', ...S1, error: ERROR, usage: USAGE })).toEqual([
      { counter: 'steps', runner: 'llm', outcome: 'failed' },
      ...used,
    ]);
  });

  it('nothing for a report that the owner has yet to decide on: its decision is counted', () => {
    const outcome = { ok: false, error: ERROR, retryAfterMs: 0, usage: USAGE } as const;
    expect(counted({ kind: 'step-reported', report: { ...S1, outcome } })).toEqual([]);
    expect(counted({ kind: 'step-started', ...S1 })).toEqual([]);
  });
});

describe('what performs a step', () => {
  const node = (id: string, agentId: string) => ({ id, agentId }) as ExecutionStarted['plan']['nodes'][number];
  const started = {
    kind: 'execution-started',
    plan: { nodes: [node('s1', 'a'), node('s2', 'b'), node('s3', 'c')] },
    agents: { a: { runner: 'sim' }, b: { runner: 'llm' }, c: {} },
  } as unknown as ExecutionStarted;
  const runnerOf = runnersOf(event(started));

  it.each([
    ['s1', 'sim'],
    ['s2', 'llm'],
    ['s2~3', 'llm'],
    ['s3', 'unknown'],
    ['c1', 'unknown'],
  ])('of %s is %s', (step, runner) => {
    expect(runnerOf(step)).toBe(runner);
  });

  it('is unknown of a run whose beginning is not there', () => {
    expect(runnersOf(undefined)('s1')).toBe('unknown');
    expect(runnersOf(event({ kind: 'step-cancelled', step: 's1' }))('s1')).toBe('unknown');
  });
});
