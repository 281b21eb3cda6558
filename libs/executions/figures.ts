import { type Micros, micros, NO_MONEY, toUsd } from '#libs/kernel/index.js';
import type { State, Usage } from '#libs/workflow/index.js';

/** What an execution used and cost, by agent: every performance counts, failed and late ones too. */
export interface Figures {
  readonly cost_metrics: CostMetrics;
  readonly usage_metrics: Readonly<Record<string, AgentUsage>>;
  readonly usage_summary: UsageSummary;
}

export interface CostMetrics {
  readonly cost_usd: number;
  readonly cost_breakdown: Readonly<Record<string, number>>;
  readonly pricing_version: 'v1';
  readonly total_cost_usd: number;
  readonly agent_costs: Readonly<Record<string, number>>;
  /** The cost is only its known part. */
  readonly incomplete: boolean;
}

export interface AgentUsage {
  readonly model_provider: string;
  readonly model_name: string;
  readonly api_key_type: 'user_provided' | 'renum_native';
  readonly tokens_input: number;
  readonly tokens_output: number;
  readonly request_count: number;
}

export interface UsageSummary {
  readonly total_tokens: number;
  readonly agent_tokens: Readonly<Record<string, number>>;
  readonly tokens_input: number;
  readonly tokens_output: number;
  readonly request_count: number;
}

export function figuresOf(state: State): Figures {
  const byAgent = new Map<string, Usage>();
  for (const [key, usage] of Object.entries(state.charges)) {
    const agentId = state.steps[key.slice(0, key.indexOf('.'))]?.agentId;
    if (usage && agentId !== undefined) byAgent.set(agentId, sum(byAgent.get(agentId), usage));
  }
  const all = [...byAgent];
  const total = all.map(([, usage]) => usage).reduce<Usage | undefined>(sum, undefined);
  const costs = Object.fromEntries(all.map(([agent, { costMicros }]) => [agent, toUsd(costMicros)]));
  const cost = toUsd(total?.costMicros ?? NO_MONEY);
  return {
    cost_metrics: {
      cost_usd: cost,
      cost_breakdown: costs,
      pricing_version: 'v1',
      total_cost_usd: cost,
      agent_costs: costs,
      incomplete: total?.incomplete ?? false,
    },
    usage_metrics: Object.fromEntries(all.map(([agent, usage]) => [agent, agentUsage(usage)])),
    usage_summary: {
      total_tokens: tokens(total),
      agent_tokens: Object.fromEntries(all.map(([agent, usage]) => [agent, tokens(usage)])),
      tokens_input: total?.tokensIn ?? 0,
      tokens_output: total?.tokensOut ?? 0,
      request_count: total?.requests ?? 0,
    },
  };
}

/** Provider, model and key are those of the last performance. */
function sum(before: Usage | undefined, usage: Usage): Usage {
  if (!before) return usage;
  return {
    ...usage,
    tokensIn: before.tokensIn + usage.tokensIn,
    tokensOut: before.tokensOut + usage.tokensOut,
    requests: before.requests + usage.requests,
    costMicros: added(before.costMicros, usage.costMicros),
    incomplete: before.incomplete || usage.incomplete,
  };
}

function added(a: Micros, b: Micros): Micros {
  return micros(a + b);
}

function tokens(usage: Usage | undefined): number {
  return usage ? usage.tokensIn + usage.tokensOut : 0;
}

function agentUsage({ provider, model, keyType, tokensIn, tokensOut, requests }: Usage): AgentUsage {
  return {
    model_provider: provider,
    model_name: model,
    api_key_type: keyType,
    tokens_input: tokensIn,
    tokens_output: tokensOut,
    request_count: requests,
  };
}
