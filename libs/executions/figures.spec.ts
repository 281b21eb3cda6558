import { micros } from '#libs/kernel/index.js';
import { foldAll, type JournalEvent, type State, type Usage } from '#libs/workflow/index.js';
import { figuresOf } from './figures.js';

function usage(over: Partial<Usage> = {}): Usage {
  return {
    provider: 'openai',
    model: 'gpt-4o',
    keyType: 'renum_native',
    tokensIn: 100,
    tokensOut: 10,
    requests: 1,
    costMicros: micros(650),
    incomplete: false,
    ...over,
  };
}

function stateWith(charges: State['charges']): State {
  const facts = { round: 1, feedbackFrom: null, added: null, is: 'waiting' } as const;
  const steps = {
    s1: { id: 's1', node: 's1', agentId: 'a', ...facts },
    's1~2': { id: 's1~2', node: 's1', agentId: 'a', ...facts },
    s2: { id: 's2', node: 's2', agentId: 'b', ...facts },
  };
  return { ...foldAll([] as JournalEvent[]), steps, charges };
}

describe('figures', () => {
  test('add up every performance of an agent: failed attempts, later rounds, late results', () => {
    const { cost_metrics, usage_metrics, usage_summary } = figuresOf(
      stateWith({
        's1.1.1': usage(),
        's1.2.1': usage({ model: 'gpt-4o-mini' }),
        's1~2.1.1': usage(),
        's2.1.1': usage(),
      }),
    );
    expect(usage_metrics).toEqual({
      a: {
        model_provider: 'openai',
        model_name: 'gpt-4o',
        api_key_type: 'renum_native',
        tokens_input: 300,
        tokens_output: 30,
        request_count: 3,
      },
      b: expect.objectContaining({ tokens_input: 100, request_count: 1 }),
    });
    expect(cost_metrics).toEqual({
      cost_usd: 0.0026,
      total_cost_usd: 0.0026,
      cost_breakdown: { a: 0.00195, b: 0.00065 },
      agent_costs: { a: 0.00195, b: 0.00065 },
      pricing_version: 'v1',
      incomplete: false,
    });
    expect(usage_summary).toEqual({
      total_tokens: 440,
      agent_tokens: { a: 330, b: 110 },
      tokens_input: 400,
      tokens_output: 40,
      request_count: 4,
    });
  });

  test('say that a cost is only its known part', () => {
    const state = stateWith({ 's1.1.1': usage({ incomplete: true }), 's2.1.1': usage() });
    expect(figuresOf(state).cost_metrics.incomplete).toBe(true);
  });

  test('are zeros before anything was used, and where a call ended without saying what it cost', () => {
    const { cost_metrics, usage_metrics, usage_summary } = figuresOf(
      stateWith({ 's1.1.1': null, 'gone.1.1': usage() }),
    );
    expect(cost_metrics).toMatchObject({ cost_usd: 0, cost_breakdown: {}, incomplete: false });
    expect(usage_metrics).toEqual({});
    expect(usage_summary.total_tokens).toBe(0);
  });
});
