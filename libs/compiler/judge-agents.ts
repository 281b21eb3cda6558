import type { PlanNode } from '#libs/workflow/index.js';
import type { Diagnostic, Exhibit, Judge } from './diagnostic.js';
import { stepSizes } from './step-sizes.js';

/** Agents that cannot run, whose cost nobody knows, or that may be given more than their model takes in. */
export const judgeAgents: Judge = (exhibit) => [
  ...exhibit.plan.nodes.flatMap((node) => [...unable(exhibit, node), ...unpriced(exhibit, node)]),
  ...tooLong(exhibit),
];

function unable({ factsOf, nameOf, pathOf }: Exhibit, node: PlanNode): readonly Diagnostic[] {
  const path = `${pathOf(node.id)}.agent_id`;
  const agent = factsOf(node);
  if (!agent) {
    const message = `You have no agent ${nameOf(node.id)}. Create it, or name another.`;
    return [{ severity: 'error', code: 'agent.not-found', path, message }];
  }
  return agent.obstacles.map(({ code, message }) => ({
    severity: 'error',
    code,
    path,
    message: `${nameOf(node.id)} cannot run. ${message}`,
  }));
}

function unpriced({ factsOf, nameOf, pathOf }: Exhibit, node: PlanNode): readonly Diagnostic[] {
  const agent = factsOf(node);
  if (!agent || agent.price !== null || agent.obstacles.length > 0) return [];
  const what = agent.model === null ? 'what its calls cost' : `the price of ${agent.model}`;
  const message = `Nobody here knows ${what}, so the cost of ${nameOf(node.id)} is not counted and the worst case has none. An operator can set prices for the models of an endpoint.`;
  return [{ severity: 'warning', code: 'model.price-unknown', path: `${pathOf(node.id)}.agent_id`, message }];
}

function tooLong({ plan, facts, factsOf, nameOf, pathOf }: Exhibit): readonly Diagnostic[] {
  const sizes = stepSizes(plan, facts);
  return plan.nodes.flatMap((node): readonly Diagnostic[] => {
    const agent = factsOf(node);
    const size = sizes.get(node.id);
    if (!agent || agent.contextTokens === null || !size) return [];
    const { tokensIn, tokensOut } = size;
    if (tokensIn + tokensOut <= agent.contextTokens) return [];
    const message = `${nameOf(node.id)} may be given about ${count(tokensIn)} tokens and answers with up to ${count(tokensOut)}, while ${agent.model} takes ${count(agent.contextTokens)} in all. Choose a model with a larger window, shorten its instructions, or give it fewer results.`;
    return [{ severity: 'warning', code: 'model.context-too-long', path: `${pathOf(node.id)}.input`, message }];
  });
}

function count(tokens: number): string {
  return tokens.toLocaleString('en-US');
}
