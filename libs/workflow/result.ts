import type { StepOutput } from './events.js';
import { latestOutput, latestStep } from './latest.js';
import type { Plan, PlanNode } from './plan.js';
import type { State, Step } from './state.js';

export type FinalResult = StepOutput | ParallelResult | ConditionalResult;

export interface ParallelResult {
  readonly agent_results: Readonly<Record<string, StepOutput>>;
  /** One sentence for people. */
  readonly summary: string;
  readonly failed_agents: readonly string[];
}

export interface ConditionalResult extends ParallelResult {
  /** Those that succeeded or failed, in the order of their start. */
  readonly executed_agents: readonly string[];
}

/** What the whole run gave, in the form of its strategy. Null until the end, and when the last of a row gave nothing. */
export function finalResult(plan: Plan, state: State): FinalResult | null {
  if (state.phase !== 'finished') return null;
  switch (plan.strategy) {
    case 'sequential':
    case 'pipeline':
      return lastOutput(plan, state);
    case 'parallel':
      return gathered(plan, state);
    case 'conditional':
      return { executed_agents: executedAgents(plan, state), ...gathered(plan, state) };
  }
}

/** By agent, what each gave in its latest round; only of those that succeeded. */
export function agentResults(plan: Plan, state: State): Readonly<Record<string, StepOutput>> {
  return Object.fromEntries(
    plan.nodes.flatMap(({ agentId, id }) => {
      const output = latestOutput(state, id);
      return output === null ? [] : [[agentId, output]];
    }),
  );
}

function lastOutput(plan: Plan, state: State): StepOutput | null {
  const last = plan.nodes.at(-1);
  return last ? latestOutput(state, last.id) : null;
}

function gathered(plan: Plan, state: State): ParallelResult {
  return {
    agent_results: agentResults(plan, state),
    summary: summaryOf(plan, state),
    failed_agents: nodesThat(plan, state, 'failed').map(({ agentId }) => agentId),
  };
}

function executedAgents(plan: Plan, state: State): readonly string[] {
  return plan.nodes
    .flatMap(({ agentId, id }) => {
      const step = latestStep(state, id);
      return step?.is === 'succeeded' || step?.is === 'failed' ? [{ agentId, startedAt: step.startedAt }] : [];
    })
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ agentId }) => agentId);
}

function nodesThat(plan: Plan, state: State, is: Step['is']): readonly PlanNode[] {
  return plan.nodes.filter(({ id }) => latestStep(state, id)?.is === is);
}

/** "2 of 4 agents succeeded, 1 failed, 1 was skipped." */
function summaryOf(plan: Plan, state: State): string {
  const count = (is: Step['is']): number => nodesThat(plan, state, is).length;
  const total = plan.nodes.length;
  const others = [
    [count('failed'), 'failed', 'failed'],
    [count('skipped'), 'was skipped', 'were skipped'],
    [count('cancelled'), 'was cancelled', 'were cancelled'],
  ] as const;
  const told = others.flatMap(([n, one, many]) => (n === 0 ? [] : `${n} ${n === 1 ? one : many}`));
  return `${[`${count('succeeded')} of ${total} ${total === 1 ? 'agent' : 'agents'} succeeded`, ...told].join(', ')}.`;
}
