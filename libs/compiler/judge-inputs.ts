import { agentOfVariable, isStartVariable, type NodeId, type PlanNode } from '#libs/workflow/index.js';
import type { Diagnostic, Exhibit, Judge } from './diagnostic.js';
import { nodeOfSource, sourceOf } from './field-source.js';
import { executionOrder } from './normalise.js';

/** Inputs that may be missing or are not what was written, and results that nobody reads. */
export const judgeInputs: Judge = (exhibit) => [
  ...exhibit.plan.nodes.flatMap((node) => missing(exhibit, node) ?? []),
  ...linked(exhibit),
  ...ignoredConditions(exhibit),
  ...unused(exhibit),
];

function missing({ plan, nameOf, pathOf }: Exhibit, { id, input }: PlanNode): Diagnostic | null {
  if (input.from !== 'variable') return null;
  const { name } = input;
  if (isStartVariable(name) || agentOfVariable(name) !== null || plan.context?.[name]?.initial !== undefined)
    return null;
  const nobodyBefore = plan.strategy === 'parallel' || plan.nodes[0]?.id === id;
  const why = nobodyBefore ? 'no agent runs before it that could set it' : 'nothing in the workflow sets it';
  return {
    severity: nobodyBefore ? 'error' : 'warning',
    code: 'workflow.input-missing',
    path: `${pathOf(id)}.input.variable_name`,
    message: `${nameOf(id)} is to receive the variable "${name}", and ${why}. Declare it under config.context with an initial value, or give the agent another input.`,
  };
}

/** What `normalise` makes of a pipeline that asks for the prompt everywhere. */
function linked({ workflow, plan, nameOf, pathOf }: Exhibit): readonly Diagnostic[] {
  if (workflow.type !== 'pipeline') return [];
  return executionOrder(workflow).flatMap(({ input }, index): readonly Diagnostic[] => {
    const [node, before] = [plan.nodes[index], plan.nodes[index - 1]];
    if (!node || !before || input.source !== 'initial_prompt') return [];
    const message = `${nameOf(node.id)} asks for the initial prompt and gets the result of ${nameOf(before.id)}: in a pipeline each agent works on what the one before gave.`;
    return [{ severity: 'info', code: 'workflow.input-linked', path: `${pathOf(node.id)}.input.source`, message }];
  });
}

function ignoredConditions({ workflow, plan, nameOf, pathOf }: Exhibit): readonly Diagnostic[] {
  if (workflow.type === 'conditional') return [];
  return executionOrder(workflow).flatMap(({ conditions }, index): readonly Diagnostic[] => {
    const node = plan.nodes[index];
    if (!node || !Array.isArray(conditions) || conditions.length === 0) return [];
    const message = `The conditions of ${nameOf(node.id)} mean nothing in a ${workflow.type} workflow: it runs in any case. Take them out, or make the workflow conditional.`;
    return [
      { severity: 'warning', code: 'workflow.conditions-ignored', path: `${pathOf(node.id)}.conditions`, message },
    ];
  });
}

/** In a row only the last result is the result of the run. */
function unused({ plan, nameOf, pathOf }: Exhibit): readonly Diagnostic[] {
  if (plan.strategy !== 'sequential') return [];
  const read = new Set(plan.nodes.flatMap((node) => readBy(node, plan)));
  return plan.nodes.slice(0, -1).flatMap(({ id }): readonly Diagnostic[] => {
    if (read.has(id)) return [];
    const message = `Nobody reads what ${nameOf(id)} gives: no later agent takes it as input, and the result of the run is that of the last agent. Give it to one that runs later, or take the agent out.`;
    return [{ severity: 'info', code: 'workflow.result-unused', path: pathOf(id), message }];
  });
}

function readBy({ input }: PlanNode, plan: Exhibit['plan']): readonly NodeId[] {
  const parts = input.from === 'combined' ? input.parts : [input];
  return parts.flatMap((part) => {
    if (part.from === 'result') return part.node;
    return (part.from === 'variable' && nodeOfSource(sourceOf(part.name, null, plan))) || [];
  });
}
