import type { RunResult } from './api.client.js';
import { painter } from './paint.js';
import { progressOf } from './progress.js';
import { summaryOf } from './summary.js';

const tokens = { tokens_input: 1_000, tokens_output: 20, model_provider: 'openai' };
const result: RunResult = {
  execution_id: 'e1',
  status: 'completed',
  final_result: { result: 'It is so.\u001b[2J' },
  error_message: null,
  cost_metrics: { cost_usd: 1.5, incomplete: false },
  usage_metrics: { a: tokens },
  usage_summary: tokens,
  execution_duration: 3.72,
};
const progress = progressOf([
  { id: 'a', name: 'Ada' },
  { id: 'b', name: 'Bartholomew' },
]);
const [ada, bo] = progress.agents;
const ran = { ...progress, agents: [{ ...ada, startedAt: 0, endedAt: 1_000 }, bo] } as typeof progress;
const summary = (more: Partial<RunResult> = {}, colour = false) =>
  summaryOf({ ...result, ...more }, ran, painter(colour));

describe('the summary of a run', () => {
  it('has the result, what each agent took, and the total', () => {
    expect(summary().split('\n')).toEqual([
      '',
      'It is so.[2J',
      '',
      '  Ada            1.0 s  1,000 tokens in, 20 out',
      '  Bartholomew',
      '  Total          3.7 s  1,000 tokens in, 20 out',
      '  Cost                  1.50 USD',
      '',
      'The run completed (e1).',
      '',
    ]);
  });

  it('does not round a small cost away', () => {
    expect(summary({ cost_metrics: { cost_usd: 0.000_12, incomplete: false } })).toContain('0.000120 USD');
  });

  it('says that a cost is only the known part', () => {
    const cost_metrics = { cost_usd: 0.5, incomplete: true };
    expect(summary({ cost_metrics })).toContain('at least 0.50 USD: the price of a model is not known');
  });

  it('says that simulated agents only pretend', () => {
    expect(summary({ usage_metrics: { a: { ...tokens, model_provider: 'sim' } } })).toContain('(simulated agents');
  });

  it('says why there is no result', () => {
    const failed = { status: 'failed', final_result: null, error_message: 'The agent failed.' };
    expect(summary(failed, true)).toContain('The agent failed.');
    expect(summary(failed, true)).toContain('\u001b[31mThe run failed');
    expect(summary({ ...failed, error_message: null })).toContain('There is no result.');
  });
});
