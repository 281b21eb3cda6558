import type { AgentSnapshot, RunnableAgent } from '#libs/agents/index.js';
import type { AgentFacts, Obstacle } from '#libs/compiler/index.js';
import { contextWindowOf, maxOutputTokensOf, noKeyFor, type Serving, type Unserved } from '#libs/providers/index.js';

/** What the server knows of how an agent would run. */
export interface Surroundings {
  /** What runs agents of this kind is not there, and their steps fail so; null: it is. */
  readonly absence: Obstacle | null;
  /** Who serves its model; null: it runs on none. */
  readonly serving: Serving | Unserved | null;
  readonly hasKey: (provider: string) => boolean;
}

export function agentFacts({ status, snapshot, price }: RunnableAgent, surroundings: Surroundings): AgentFacts {
  const { serving } = surroundings;
  const served = serving !== null && 'provider' in serving ? serving : null;
  return {
    name: snapshot.name,
    instructions: instructionsOf(snapshot),
    obstacles: [...unready(status), ...unserved(surroundings)],
    model: snapshot.model,
    price,
    contextTokens: served && contextWindowOf(served.model),
    maxOutputTokens: served && maxOutputTokensOf(served.model),
  };
}

/** All that its model is told before the input; what others tell their own agents is not known here. */
function instructionsOf({ runner, systemPrompt, outputSchema }: AgentSnapshot): string | null {
  if (runner !== 'llm' && runner !== 'sim') return null;
  return outputSchema ? `${systemPrompt}\n${JSON.stringify(outputSchema)}` : systemPrompt;
}

function unready(status: RunnableAgent['status']): readonly Obstacle[] {
  if (status === 'active' || status === 'draft') return [];
  return [{ code: 'agent.not-ready', message: `Its status is ${status}. Set it to active.` }];
}

function unserved({ absence, serving, hasKey }: Surroundings): readonly Obstacle[] {
  if (absence) return [absence];
  if (serving === null) return [];
  if (!('provider' in serving)) return [serving];
  return hasKey(serving.provider.name) ? [] : [noKeyFor(serving.provider)];
}
