import type { Workflow, WorkflowAgent, WorkflowInput } from './workflow.js';

/**
 * The workflow as it is stored and returned: as sent, save that an absent role is `member`, that `conditions: {}` is
 * left out, and that later agents of a pipeline which ask for the initial prompt get the result of the one before.
 * Total and idempotent; it judges nothing.
 */
export function normalise(workflow: Workflow): Workflow {
  const previous = workflow.type === 'pipeline' ? previousAgents(workflow) : null;
  return {
    ...workflow,
    agents: workflow.agents.map((agent) => {
      const { conditions, ...rest } = agent;
      return {
        ...rest,
        role: agent.role ?? 'member',
        input: linked(agent.input, previous?.get(agent) ?? null),
        ...(conditions !== undefined && !isEmptyObject(conditions) && { conditions }),
      };
    }),
  };
}

/** The agents in the order in which they run; parallel ones, which run at once, as they are listed. */
export function executionOrder(workflow: Workflow): readonly WorkflowAgent[] {
  const { type, agents } = workflow;
  const isOrdered = agents.every(({ execution_order }) => typeof execution_order === 'number');
  if (type === 'parallel' || type === 'conditional' || !isOrdered) return agents;
  return [...agents].sort((a, b) => (a.execution_order ?? 0) - (b.execution_order ?? 0));
}

/** What an agent that is added without an input receives. */
export function defaultInput(workflow: Workflow, after: WorkflowAgent | null): WorkflowInput {
  return workflow.type === 'pipeline' && after !== null ? resultOf(after) : { source: 'initial_prompt' };
}

function linked(input: WorkflowInput, previous: WorkflowAgent | null): WorkflowInput {
  return previous !== null && input.source === 'initial_prompt' ? resultOf(previous) : input;
}

function resultOf(agent: WorkflowAgent): WorkflowInput {
  return { source: 'agent_result', agent_id: agent.agent_id };
}

function previousAgents(workflow: Workflow): ReadonlyMap<WorkflowAgent, WorkflowAgent> {
  const order = executionOrder(workflow);
  const previous = new Map<WorkflowAgent, WorkflowAgent>();
  for (const [index, agent] of order.entries()) {
    const before = order[index - 1];
    if (before) previous.set(agent, before);
  }
  return previous;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
