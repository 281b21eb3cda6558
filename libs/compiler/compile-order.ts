import type { NodeId, Strategy } from '#libs/workflow/index.js';
import { executionOrder } from './normalise.js';
import type { Refuse, Workflow, WorkflowAgent } from './workflow.js';

/** An agent at its place in the order of execution. */
export interface Placed {
  readonly agent: WorkflowAgent;
  readonly id: NodeId;
  readonly index: number;
  /** Where its writer finds it. */
  readonly path: string;
}

export interface Placement {
  readonly strategy: Strategy;
  readonly agents: readonly Placed[];
  readonly byAgent: ReadonlyMap<string, Placed>;
}

export function place(workflow: Workflow, refuse: Refuse): Placement {
  const { type, agents } = workflow;
  if (agents.length === 0) refuse('workflow_definition.agents', 'no-agents', 'must not be empty');
  const paths = new Map(agents.map((agent, index) => [agent, `workflow_definition.agents[${index}]`]));
  const placed = executionOrder(workflow).map(
    (agent, index): Placed => ({ agent, id: `s${index + 1}`, index, path: paths.get(agent) ?? '' }),
  );
  const byAgent = indexed(placed, refuse);
  if (type === 'sequential') checkOrders(placed, refuse);
  return { strategy: type, agents: placed, byAgent };
}

/** The node of an agent that `at` may refer to; null, and refused, when there is none. */
export function earlierNode(
  agentId: unknown,
  at: Placed,
  { byAgent }: Placement,
  path: string,
  refuse: Refuse,
): NodeId | null {
  if (typeof agentId !== 'string' || agentId === '') {
    refuse(path, 'agent-missing', 'must name an agent of this workflow');
    return null;
  }
  const other = byAgent.get(agentId);
  if (!other) {
    refuse(path, 'unknown-agent', 'names no agent of this workflow');
    return null;
  }
  if (other.index < at.index) return other.id;
  refuse(path, 'later-agent', 'must name an agent that runs earlier');
  return null;
}

function indexed(agents: readonly Placed[], refuse: Refuse): ReadonlyMap<string, Placed> {
  const byAgent = new Map<string, Placed>();
  for (const placed of agents) {
    const { agent_id } = placed.agent;
    if (byAgent.has(agent_id)) refuse(`${placed.path}.agent_id`, 'duplicate-agent', 'must not appear twice');
    else byAgent.set(agent_id, placed);
  }
  return byAgent;
}

function checkOrders(agents: readonly Placed[], refuse: Refuse): void {
  const taken = new Set<number>();
  for (const { agent, path } of agents) {
    const order = agent.execution_order;
    const at = `${path}.execution_order`;
    if (typeof order !== 'number') refuse(at, 'order-missing', 'is required in a sequential workflow');
    else if (taken.has(order)) refuse(at, 'order-taken', 'must differ from that of every other agent');
    else taken.add(order);
  }
}
