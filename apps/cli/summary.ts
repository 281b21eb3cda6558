import type { RunResult, Tokens } from './api.client.js';
import { counted, type Paint, seconds, visible } from './paint.js';
import type { Progress } from './progress.js';

/** What came out, and what it took: by agent and in all. */
export function summaryOf(result: RunResult, { agents }: Progress, paint: Paint): string {
  const rows = agents.map(({ id, name, startedAt, endedAt }) => {
    const used = result.usage_metrics[id];
    const took = startedAt === null || endedAt === null ? '' : seconds(endedAt - startedAt);
    return [name, took, used ? tokensOf(used) : ''] as const;
  });
  const total = ['Total', seconds(result.execution_duration * 1000), tokensOf(result.usage_summary)] as const;
  const width = Math.max(...[...rows, total].map(([name]) => name.length));
  const line = ([name, took, tokens]: readonly [string, string, string]): string =>
    `  ${name.padEnd(width)}  ${took.padStart(7)}  ${tokens}`.trimEnd();
  return [
    '',
    visible(result.final_result?.result ?? result.error_message ?? 'There is no result.'),
    '',
    ...rows.map((row) => paint('dim', line(row))),
    line(total),
    line(['Cost', '', costOf(result)]),
    '',
    paint(result.status === 'completed' ? 'green' : 'red', `The run ${result.status} (${result.execution_id}).`),
    '',
  ].join('\n');
}

function tokensOf({ tokens_input, tokens_output }: Tokens): string {
  return `${counted(tokens_input)} tokens in, ${counted(tokens_output)} out`;
}

function costOf({ cost_metrics: { cost_usd, incomplete }, usage_metrics }: RunResult): string {
  const usd = `${cost_usd.toFixed(cost_usd > 0 && cost_usd < 0.01 ? 6 : 2)} USD`;
  if (incomplete) return `at least ${usd}: the price of a model is not known`;
  const isSimulated = Object.values(usage_metrics).every(({ model_provider }) => model_provider === 'sim');
  return isSimulated ? `${usd} (simulated agents: what they say was written beforehand)` : usd;
}
