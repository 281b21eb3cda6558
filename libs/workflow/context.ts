import type { JsonObject } from '#libs/kernel/index.js';
import type { ExecutionStarted } from './events.js';
import { PIPELINE_INPUT, resultVariable, START_VARIABLES, scopeOf } from './scope.js';
import type { State } from './state.js';

/** All variables that are set, by name, for those who are not asked one by one. */
export function contextOf(started: ExecutionStarted, state: State): JsonObject {
  const { plan } = started;
  const { value } = scopeOf(plan, started, state);
  const results = plan.nodes.map(({ agentId }) => resultVariable(agentId));
  const names = [...START_VARIABLES, ...results, PIPELINE_INPUT, ...Object.keys(state.variables)];
  const set = names.map((name) => [name, value(name)] as const);
  return Object.fromEntries(set.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
