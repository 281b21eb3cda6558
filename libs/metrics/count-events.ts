import { toUsd } from '#libs/kernel/index.js';
import type { EventBody, JournalEvent, StepId, Usage } from '#libs/workflow/index.js';

/** One step up of one counter. No label ever holds an id. */
export type Count =
  | { readonly counter: 'executions'; readonly outcome: string }
  | { readonly counter: 'steps'; readonly runner: string; readonly outcome: string }
  | {
      readonly counter: 'tokens';
      readonly direction: 'input' | 'output';
      readonly provider: string;
      readonly by: number;
    }
  | { readonly counter: 'cost'; readonly provider: string; readonly byUsd: number };

/** What committed events add to the counters. `runnerOf` knows what performs a step. */
export function countEvents(events: readonly JournalEvent[], runnerOf: (step: StepId) => string): readonly Count[] {
  return events.flatMap(({ body }) => [...finished(body, runnerOf), ...('usage' in body ? used(body.usage) : [])]);
}

const STEP_OUTCOME: Partial<Record<EventBody['kind'], string>> = {
  'step-succeeded': 'succeeded',
  'step-failed': 'failed',
  'step-skipped': 'skipped',
  'step-cancelled': 'cancelled',
};

function finished(body: EventBody, runnerOf: (step: StepId) => string): readonly Count[] {
  if (body.kind === 'execution-finished') return [{ counter: 'executions', outcome: body.status }];
  const outcome = STEP_OUTCOME[body.kind];
  return outcome && 'step' in body ? [{ counter: 'steps', runner: runnerOf(body.step), outcome }] : [];
}

function used(usage: Usage | null): readonly Count[] {
  if (!usage) return [];
  const { provider, tokensIn, tokensOut, costMicros } = usage;
  return [
    { counter: 'tokens', direction: 'input', provider, by: tokensIn },
    { counter: 'tokens', direction: 'output', provider, by: tokensOut },
    { counter: 'cost', provider, byUsd: toUsd(costMicros) },
  ];
}

/** What performs each step of a run, from its first event; `unknown` for steps that the plan does not name. */
export function runnersOf(first: JournalEvent | undefined): (step: StepId) => string {
  const started = first?.body;
  if (started?.kind !== 'execution-started') return () => 'unknown';
  const byNode = new Map(started.plan.nodes.map(({ id, agentId }) => [id, runnerName(started.agents[agentId])]));
  return (step) => byNode.get(step.split('~')[0] ?? step) ?? 'unknown';
}

function runnerName(agent: object | undefined): string {
  const runner: unknown = agent && Reflect.get(agent, 'runner');
  return typeof runner === 'string' ? runner : 'unknown';
}
