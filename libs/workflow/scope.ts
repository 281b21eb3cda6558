import type { Json } from '#libs/kernel/index.js';
import type { ExecutionStarted, StepOutput } from './events.js';
import { lastResult, latestOutput } from './latest.js';
import type { Plan, PlanNode } from './plan.js';
import type { State } from './state.js';

/** The context variables of an execution, looked up one by one: nothing is built that no condition asks for. */
export interface Scope {
  /** Whether this is the name of a variable, set or not. */
  readonly knows: (name: string) => boolean;
  /** Undefined: not set, e.g. the result of an agent that has not succeeded. */
  readonly value: (name: string) => Json | undefined;
}

export const START_VARIABLES = ['initial_prompt', 'team_id', 'execution_id', 'workflow_type'] as const;
type StartVariable = (typeof START_VARIABLES)[number];

export function isStartVariable(name: string): name is StartVariable {
  return START_VARIABLES.some((known) => known === name);
}

/** In a pipeline, the text that was passed on last; not set before the first agent has answered. */
export const PIPELINE_INPUT = 'pipeline_input';

/** Set by the run itself, never by agents. */
export function isReadOnly(name: string): boolean {
  return isStartVariable(name) || name === PIPELINE_INPUT || agentOfVariable(name) !== null;
}

/** The agent of a variable `agent_<id>_result`; null for any other name. Ids may hold any character. */
export function agentOfVariable(name: string): string | null {
  const isResult = name.startsWith('agent_') && name.endsWith('_result') && name.length > 'agent__result'.length;
  return isResult ? name.slice('agent_'.length, -'_result'.length) : null;
}

export function resultVariable(agentId: string): string {
  return `agent_${agentId}_result`;
}

export function scopeOf(plan: Plan, started: ExecutionStarted, state: State): Scope {
  let nodes: ReadonlyMap<string, PlanNode> | undefined;
  const nodeOf = (name: string): PlanNode | undefined => {
    const agentId = agentOfVariable(name);
    if (agentId === null) return undefined;
    nodes ??= new Map(plan.nodes.map((node) => [node.agentId, node]));
    return nodes.get(agentId);
  };
  return {
    knows: (name) =>
      isStartVariable(name) ||
      nodeOf(name) !== undefined ||
      isDeclared(plan, name) ||
      Object.hasOwn(state.variables, name),
    value: (name) => {
      if (isStartVariable(name)) return startVariable(name, started);
      if (name === PIPELINE_INPUT) return plan.strategy === 'pipeline' ? lastCompleted(state)?.result : undefined;
      const node = nodeOf(name);
      if (node) return lastResult(state, node.id) ?? undefined;
      return Object.hasOwn(state.variables, name) ? state.variables[name]?.value : undefined;
    },
  };
}

/** Whether the plan itself knows a variable by this name, beside those of start and results. */
export function isDeclared({ strategy, context = {} }: Plan, name: string): boolean {
  return Object.hasOwn(context, name) || (name === PIPELINE_INPUT && strategy === 'pipeline');
}

export function startVariable(name: StartVariable, started: ExecutionStarted): string {
  switch (name) {
    case 'initial_prompt':
      return started.prompt;
    case 'team_id':
      return started.teamId;
    case 'execution_id':
      return started.executionId;
    case 'workflow_type':
      return started.plan.strategy;
  }
}

/** The output that answers the fields of a node's conditions which no variable answers; null: there is none yet. */
export function referenceOf(node: PlanNode, state: State): StepOutput | null {
  return node.reference === null ? lastCompleted(state) : latestOutput(state, node.reference);
}

function lastCompleted(state: State): StepOutput | null {
  const step = state.lastAnswered === null ? undefined : state.steps[state.lastAnswered];
  return step?.is === 'succeeded' ? step.output : null;
}

/** The longest beginning of a dotted path, up to a dot or its end, that is a known name. */
export function longestName(field: string, isKnown: (name: string) => boolean): string | null {
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const name = field.slice(0, end);
    if (isKnown(name)) return name;
  }
  return null;
}
