import type { AgentFacts, WorkflowFacts } from '../diagnostic.js';

const AGENT: AgentFacts = {
  name: '',
  instructions: 'Answer with {"category": …, "verdict": …, "score": …, "n": …}.',
  obstacles: [],
  model: 'sim/test',
  price: { inMicrosPer1k: 0, outMicrosPer1k: 0 },
  contextTokens: null,
  maxOutputTokens: null,
};

/** Agents that could run, each called by its id in capitals, save for what is said of them. */
export function factsWith(
  agents: Readonly<Record<string, Partial<AgentFacts>>>,
  rest: Partial<Omit<WorkflowFacts, 'agents'>> = {},
): WorkflowFacts {
  const known = Object.entries(agents).map(
    ([id, facts]) => [id, { ...AGENT, name: id.toUpperCase(), ...facts }] as const,
  );
  return { agents: new Map(known), agentLimit: 10, promptTokens: 1_000, timeoutMs: 600_000, ...rest };
}
