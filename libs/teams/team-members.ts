import { defaultInput, executionOrder, type Workflow, type WorkflowAgent } from '#libs/compiler/index.js';
import { AlreadyMember, LastMember, MemberNotFound } from './team.errors.js';
import type { Team } from './team.js';

// Invariant: agent_ids are the agents of the workflow, and a pipeline stays linked from each agent to the one before.

/** What may be said of a member; what is absent has a default, or stays as it is. */
export type MemberChange = Partial<Omit<WorkflowAgent, 'agent_id'>>;

export function withMember(team: Team, agentId: string, said: MemberChange): Team {
  const { agents } = team.workflow;
  if (agents.some(({ agent_id }) => agent_id === agentId)) throw new AlreadyMember();
  const order = said.execution_order ?? nextOrder(team.workflow);
  const input = said.input ?? defaultInput(team.workflow, agents.at(-1) ?? null);
  const member = { agent_id: agentId, ...said, input, ...(order !== null && { execution_order: order }) };
  const linked = relinked({ ...team.workflow, agents: [...agents, member] }, said.input ? agentId : null);
  return { ...team, agentIds: [...team.agentIds, agentId], workflow: linked };
}

export function withChangedMember(team: Team, agentId: string, change: MemberChange): Team {
  const { agents } = team.workflow;
  if (!agents.some(({ agent_id }) => agent_id === agentId)) throw new MemberNotFound();
  const changed = agents.map((agent) => (agent.agent_id === agentId ? { ...agent, ...change } : agent));
  return { ...team, workflow: relinked({ ...team.workflow, agents: changed }, change.input ? agentId : null) };
}

/** Whether the others can do without it, `compile` says. */
export function withoutMember(team: Team, agentId: string): Team {
  const { agents } = team.workflow;
  const rest = agents.filter(({ agent_id }) => agent_id !== agentId);
  if (rest.length === agents.length) throw new MemberNotFound();
  if (rest.length === 0) throw new LastMember();
  return {
    ...team,
    agentIds: team.agentIds.filter((id) => id !== agentId),
    workflow: relinked({ ...team.workflow, agents: rest }, null),
  };
}

/** One behind all others where the order counts; null where nobody asks for it. */
function nextOrder({ type, agents }: Workflow): number | null {
  const orders = agents.flatMap(({ execution_order }) => execution_order ?? []);
  const counts = type === 'sequential' || (type === 'pipeline' && orders.length === agents.length);
  return counts ? Math.max(0, ...orders) + 1 : null;
}

/** In a pipeline the place decides the input, save for the agent whose input was just said. */
function relinked(workflow: Workflow, said: string | null): Workflow {
  if (workflow.type !== 'pipeline') return workflow;
  const inputs = new Map<string, WorkflowAgent['input']>();
  let previous: WorkflowAgent | null = null;
  for (const agent of executionOrder(workflow)) {
    inputs.set(agent.agent_id, agent.agent_id === said ? agent.input : defaultInput(workflow, previous));
    previous = agent;
  }
  const agents = workflow.agents.map((agent) => ({ ...agent, input: inputs.get(agent.agent_id) ?? agent.input }));
  return { ...workflow, agents };
}
