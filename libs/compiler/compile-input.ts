import { agentOfVariable, type InputPart, type NodeId, type NodeInput } from '#libs/workflow/index.js';
import { earlierNode, type Placed, type Placement } from './compile-order.js';
import type { Refuse, WorkflowInput, WorkflowSource } from './workflow.js';

const PROMPT: InputPart = { from: 'prompt' };

/** The input as references to earlier nodes. What had to be refused is left as the prompt: such a plan is never used. */
export function inputOfNode(placed: Placed, placement: Placement, refuse: Refuse): NodeInput {
  const { input } = placed.agent;
  const path = `${placed.path}.input`;
  if (!isUsual(placed, placement, path, refuse)) return PROMPT;
  switch (input.source) {
    case 'initial_prompt':
      return PROMPT;
    case 'agent_result':
      return result(input.agent_id, `${path}.agent_id`);
    case 'combined':
      return { from: 'combined', parts: partsOf(input) };
    case 'context_variable':
      return variable(input.variable_name);
  }

  function result(agentId: unknown, at: string): InputPart {
    const node = earlierNode(agentId, placed, placement, at, refuse);
    return node === null ? PROMPT : { from: 'result', node };
  }

  function partsOf({ sources }: WorkflowInput): readonly InputPart[] {
    if (!sources?.length) refuse(`${path}.sources`, 'sources-missing', 'must not be empty for a combined input');
    return (sources ?? []).map((source, index) => part(source, `${path}.sources[${index}].agent_id`));
  }

  function part(source: WorkflowSource, at: string): InputPart {
    return source.type === 'initial_prompt' ? PROMPT : result(source.agent_id, at);
  }

  function variable(name: string | null | undefined): InputPart {
    const at = `${path}.variable_name`;
    if (!name) {
      refuse(at, 'variable-missing', 'is required for a context_variable input');
      return PROMPT;
    }
    const agentId = agentOfVariable(name);
    if (agentId !== null) earlierNode(agentId, placed, placement, at, refuse);
    return { from: 'variable', name };
  }
}

/** Every node an input needs to be settled. */
export function nodesIn(input: NodeInput, { byAgent }: Placement): readonly NodeId[] {
  const parts = input.from === 'combined' ? input.parts : [input];
  return parts.flatMap((part) => {
    if (part.from === 'result') return part.node;
    const agentId = part.from === 'variable' ? agentOfVariable(part.name) : null;
    return (agentId !== null && byAgent.get(agentId)?.id) || [];
  });
}

/** Parallel agents know only the prompt, an agent of a pipeline only the result of the one before. */
function isUsual({ agent, index }: Placed, placement: Placement, path: string, refuse: Refuse): boolean {
  const { source, agent_id, sources } = agent.input;
  switch (placement.strategy) {
    case 'sequential':
    case 'conditional':
      return true;
    case 'parallel': {
      const isPrompt =
        source === 'combined' ? sources?.every(({ type }) => type === 'initial_prompt') : source === 'initial_prompt';
      if (isPrompt !== false) return true;
      refuse(`${path}.source`, 'input-not-prompt', 'must be initial_prompt: parallel agents do not see each other');
      return false;
    }
    case 'pipeline': {
      const previous = placement.agents[index - 1];
      if (!previous && source === 'initial_prompt') return true;
      if (previous && source === 'agent_result' && agent_id === previous.agent.agent_id) return true;
      const wanted = previous
        ? 'must be the result of the previous agent of the pipeline'
        : 'must be initial_prompt for the first agent';
      refuse(
        source === 'agent_result' && previous ? `${path}.agent_id` : `${path}.source`,
        'input-not-previous',
        wanted,
      );
      return false;
    }
  }
}
