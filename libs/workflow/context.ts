import type { ExecutionStarted } from './events.js';
import { START_VARIABLES, scopeOf } from './scope.js';
import type { State } from './state.js';

/** All variables that are set, by name, for those who are not asked one by one. */
export function contextOf(started: ExecutionStarted, state: State): Readonly<Record<string, unknown>> {
  const { plan } = started;
  const { value } = scopeOf(plan, started, state);
  const results = plan.nodes.map(({ agentId }) => `agent_${agentId}_result`);
  const set = [...START_VARIABLES, ...results].map((name) => [name, value(name)] as const);
  return Object.fromEntries(set.filter(([, value]) => value !== undefined));
}
