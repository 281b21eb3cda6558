import { type Micros, micros, NO_MONEY } from '#libs/kernel/index.js';
import { costOf, type NodeId, type Plan, type PlanNode, retryAt } from '#libs/workflow/index.js';
import type { WorkflowFacts } from './diagnostic.js';
import { stepSizes } from './step-sizes.js';

/** What a run takes at most: every attempt fails but the last, every loop goes back as often as it may. */
export interface WorstCase {
  /** Attempts. */
  readonly steps: number;
  /**
   * From the first step to the last, on a server that has room; without pauses that a provider asks for. Null: people
   * are asked who may take for ever.
   */
  readonly seconds: number | null;
  /** One call for each attempt, by estimated tokens; null: a price is not known, and a bound with a hole is none. */
  readonly costMicros: Micros | null;
}

export const NOTHING_RUNS: WorstCase = { steps: 0, seconds: 0, costMicros: NO_MONEY };

/** `skipped`: nodes that no run ever reaches. */
export function worstCaseOf(plan: Plan, facts: WorkflowFacts, skipped: ReadonlySet<NodeId> = new Set()): WorstCase {
  const nodes = plan.nodes.filter(({ id }) => !skipped.has(id));
  const steps = nodes.map((node) => roundsOf(plan, node) * attemptsOf(node));
  const sizes = stepSizes(plan, facts);
  let cost: number | null = 0;
  for (const [index, node] of nodes.entries()) {
    const price = facts.agents.get(node.agentId)?.price ?? null;
    const { tokensIn, tokensOut } = sizes.get(node.id) ?? { tokensIn: 0, tokensOut: 0 };
    cost = price && cost !== null ? cost + (steps[index] ?? 0) * costOf(price, tokensIn, tokensOut).costMicros : null;
  }
  return {
    steps: steps.reduce((sum, one) => sum + one, 0),
    seconds: nodes.some(isAskedForEver) ? null : Math.ceil(longestMs(plan, nodes, facts.timeoutMs) / 1_000),
    costMicros: cost === null ? null : micros(cost),
  };
}

/**
 * The longest chain of nodes that wait for one another, and the rest of the work shared by as many as may run at once:
 * whenever the chain stands still, all places are taken. Where any node may wait for all others, they run in a row.
 */
function longestMs(plan: Plan, nodes: readonly PlanNode[], timeoutMs: number): number {
  const ends = new Map<NodeId, number>();
  let all = 0;
  for (const node of nodes) {
    const lasts = roundsOf(plan, node) * attemptsMs(node, timeoutMs);
    const begins = Math.max(0, ...node.after.map((id) => ends.get(id) ?? 0));
    ends.set(node.id, begins + lasts);
    all += lasts;
  }
  if (nodes.some(({ conditionsMayTurn }) => conditionsMayTurn)) return all;
  const chain = Math.max(0, ...ends.values());
  return plan.width >= nodes.length ? chain : chain + (all - chain) / plan.width;
}

function isAskedForEver({ approval }: PlanNode): boolean {
  return approval?.expiresMs === null;
}

function roundsOf({ loops }: Plan, { id }: PlanNode): number {
  return loops.reduce((rounds, { body, maxRounds }) => (body.includes(id) ? rounds + maxRounds : rounds), 1);
}

function attemptsOf({ retry }: PlanNode): number {
  return retry.on.length === 0 ? 1 : retry.attempts;
}

/** Of one round: each attempt to its limit, the longest pause before each but the first, and people who must agree. */
function attemptsMs(node: PlanNode, timeoutMs: number): number {
  const attempts = attemptsOf(node);
  let ms = attempts * (node.timeoutMs ?? timeoutMs) + (node.approval?.expiresMs ?? 0);
  for (let attempt = 1; attempt < attempts; attempt++) ms += retryAt(node.retry, attempt, 0, 1) ?? 0;
  return ms;
}
