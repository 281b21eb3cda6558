import { agentOfVariable, type InputPart, type NodeId, type Plan, type PlanNode } from '#libs/workflow/index.js';
import type { WorkflowFacts } from './diagnostic.js';

/** Tokens of one call in the longest case: every earlier agent has answered as long as it may. */
export interface StepSize {
  /** Instructions, input and, in a loop, the feedback. */
  readonly tokensIn: number;
  readonly tokensOut: number;
}

const BYTES_PER_TOKEN = 3;

/** An estimate that is rather too high: texts of European languages have about four bytes to a token. */
export function estimatedTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / BYTES_PER_TOKEN);
}

export function stepSizes(plan: Plan, facts: WorkflowFacts): ReadonlyMap<NodeId, StepSize> {
  const first = sizesOf(plan, facts, () => 0);
  const feedbackTo = new Map(plan.loops.map(({ from, to }) => [to, first.get(from)?.tokensOut ?? 0]));
  return feedbackTo.size === 0 ? first : sizesOf(plan, facts, ({ id }) => feedbackTo.get(id) ?? 0);
}

function sizesOf(plan: Plan, facts: WorkflowFacts, feedback: (node: PlanNode) => number): Map<NodeId, StepSize> {
  const sizes = new Map<NodeId, StepSize>();
  const outOf = (id: NodeId | undefined): number => (id === undefined ? 0 : (sizes.get(id)?.tokensOut ?? 0));
  const partOf = (part: InputPart): number => {
    switch (part.from) {
      case 'prompt':
        return facts.promptTokens;
      case 'result':
        return outOf(part.node);
      case 'variable': {
        if (part.name === 'initial_prompt') return facts.promptTokens;
        const agentId = agentOfVariable(part.name);
        return outOf(plan.nodes.find((node) => node.agentId === agentId)?.id);
      }
    }
  };
  for (const node of plan.nodes) {
    const agent = facts.agents.get(node.agentId);
    const instructions = estimatedTokens(agent?.instructions ?? '');
    const parts = node.input.from === 'combined' ? node.input.parts : [node.input];
    const tokensIn = parts.reduce((sum, part) => sum + partOf(part), instructions + feedback(node));
    // Who sets no limit is taken to answer as long as it was asked.
    sizes.set(node.id, { tokensIn, tokensOut: agent?.maxOutputTokens ?? tokensIn });
  }
  return sizes;
}
