import type { NodeId, Plan, PlanNode } from '#libs/workflow/index.js';
import { readApproval } from './compile-approval.js';
import { type CompiledConditions, conditionsOf, readConditions } from './compile-conditions.js';
import { failurePolicyOf, loopsOf } from './compile-config.js';
import { declaredContext } from './compile-context.js';
import { inputOfNode, nodesIn } from './compile-input.js';
import { retryOf, timeoutMsOf } from './compile-limits.js';
import { type Placed, type Placement, place } from './compile-order.js';
import { normalise } from './normalise.js';
import type { Problem, Refuse, Workflow } from './workflow.js';

export interface CompileOptions {
  /** The team's `agent_ids`: the workflow must use exactly these. */
  readonly agentIds?: readonly string[];
  /** How many steps may run at the same time; all of them unless said. */
  readonly width?: number;
}

/** What `compile` makes of a workflow, also of one that has problems: such a plan is there to be spoken about, never to run. */
export interface Sketch {
  readonly placement: Placement;
  readonly plan: Plan;
  readonly problems: Problem[];
}

/**
 * All four strategies become one directed graph, or every reason why this one cannot, each with its place. A node
 * refers only to nodes before it, so a plan has no cycles. A workflow and its normal form give the same plan.
 */
export function compile(workflow: Workflow, options: CompileOptions = {}): Plan | Problem[] {
  const { plan, problems } = sketch(workflow, options);
  return problems.length > 0 ? problems : plan;
}

export function sketch(workflow: Workflow, options: CompileOptions = {}): Sketch {
  const problems: Problem[] = [];
  const refuse: Refuse = (path, reason, message) => {
    problems.push({ path, code: `workflow.${reason}`, message });
  };

  const placement = place(normalise(workflow), refuse);
  if (options.agentIds) compareWithTeam(placement, options.agentIds, refuse);
  const nodes = placement.agents.map((placed) => nodeOf(placed, placement, refuse));
  const plan: Plan = {
    strategy: workflow.type,
    nodes,
    loops: loopsOf(workflow, placement, refuse),
    onFailure: failurePolicyOf(workflow, refuse),
    width: Math.min(options.width ?? nodes.length, nodes.length),
    ...declaredContext(workflow, refuse),
  };
  return { placement, plan, problems };
}

function nodeOf(placed: Placed, placement: Placement, refuse: Refuse): PlanNode {
  const { agent, id, path } = placed;
  const input = inputOfNode(placed, placement, refuse);
  const reference = referenceOf(placed, placement);
  const approval = readApproval(agent.approval, `${path}.approval`, refuse);
  const { conditions, needs, isOpen } = conditionsOfNode(placed, placement, refuse);
  const refersTo = [...nodesIn(input, placement), ...needs, ...(reference ? [reference] : [])];
  return {
    id,
    agentId: agent.agent_id,
    role: agent.role ?? 'member',
    after: after(placed, placement, new Set(refersTo)),
    input,
    conditions,
    reference,
    conditionsMayTurn: isOpen && reference === null,
    timeoutMs: timeoutMsOf(agent.timeout, `${path}.timeout`, refuse),
    retry: retryOf(agent.retry_config, `${path}.retry_config`, refuse),
    onInterrupted: 'resume',
    ...(approval && { approval }),
  };
}

function after({ index }: Placed, { strategy, agents }: Placement, refersTo: ReadonlySet<NodeId>): readonly NodeId[] {
  switch (strategy) {
    case 'parallel':
      return [];
    case 'sequential':
    case 'pipeline':
      return agents.slice(Math.max(0, index - 1), index).map(({ id }) => id);
    case 'conditional':
      return agents.slice(0, index).flatMap(({ id }, before) => (before === 0 || refersTo.has(id) ? [id] : []));
  }
}

function referenceOf({ agent, index }: Placed, { byAgent }: Placement): NodeId | null {
  const named = byAgent.get(agent.input.agent_id ?? '');
  return named && named.index < index ? named.id : null;
}

const NONE: CompiledConditions = { conditions: [], needs: [], isOpen: false };

/** Other strategies keep conditions as they were written and evaluate none; written wrongly, they are refused alike. */
function conditionsOfNode(placed: Placed, placement: Placement, refuse: Refuse): CompiledConditions {
  const written = placed.agent.conditions;
  const path = `${placed.path}.conditions`;
  if (placement.strategy !== 'conditional') {
    readConditions(written, path, refuse);
    return NONE;
  }
  const compiled = conditionsOf(written, placed, placement, path, refuse);
  const isWritten = Array.isArray(written) && written.length > 0;
  if (placed.index === 0 && isWritten) {
    refuse(path, 'conditions-first', 'must be empty for the first agent: it starts a conditional workflow');
  } else if (placed.index > 0 && !isWritten) {
    refuse(path, 'conditions-missing', 'must hold at least one condition: only the first agent runs without');
  }
  return compiled;
}

function compareWithTeam({ agents, byAgent }: Placement, agentIds: readonly string[], refuse: Refuse): void {
  const members = new Set<string>();
  for (const [index, agentId] of agentIds.entries()) {
    const path = `agent_ids[${index}]`;
    if (members.has(agentId)) refuse(path, 'duplicate-agent', 'must not appear twice');
    else if (!byAgent.has(agentId)) refuse(path, 'agents-differ', 'does not appear in the workflow');
    members.add(agentId);
  }
  for (const { agent, path } of agents) {
    if (!members.has(agent.agent_id)) refuse(`${path}.agent_id`, 'agents-differ', 'must be one of agent_ids');
  }
}
