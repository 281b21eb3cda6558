import { type AgentSnapshot, RUNNER_KINDS, type RunnerTarget } from '#libs/agents/index.js';
import { isJsonObject, type Json, type JsonObject } from '#libs/kernel/index.js';
import type { ExecutionStarted } from '#libs/workflow/index.js';

/** An agent as the journal keeps it; the workflow does not look inside. */
export function frozen(agent: AgentSnapshot): JsonObject {
  const { id, name, runner, model, systemPrompt, target, tools, outputSchema } = agent;
  return {
    ...{ id, name, runner, model, systemPrompt },
    ...(target && { target: { ...target } }),
    ...(tools && { tools }),
    ...(outputSchema && { outputSchema }),
  };
}

/** The agent as it was when the run was accepted; null: the journal names none of this id. */
export function snapshotIn(started: ExecutionStarted, agentId: string): AgentSnapshot | null {
  const kept = Object.hasOwn(started.agents, agentId) ? started.agents[agentId] : undefined;
  const runner = RUNNER_KINDS.find((kind) => kind === kept?.runner);
  if (!kept || !runner) return null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const target = targetIn(kept.target);
  return {
    id: agentId,
    name: text(kept.name),
    runner,
    model: typeof kept.model === 'string' ? kept.model : null,
    systemPrompt: text(kept.systemPrompt),
    ...(target && { target }),
    ...(Array.isArray(kept.tools) && { tools: kept.tools.filter((name) => typeof name === 'string') }),
    ...(isJsonObject(kept.outputSchema) && { outputSchema: kept.outputSchema }),
  };
}

function targetIn(kept: Json | undefined): RunnerTarget | null {
  if (!isJsonObject(kept)) return null;
  const { kind, url, agentId } = kept;
  if (kind === 'http' && typeof url === 'string') return { kind, url };
  if (kind === 'suna' && typeof agentId === 'string') return { kind, agentId };
  return null;
}
