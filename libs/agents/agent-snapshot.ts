import type { JsonObject } from '#libs/kernel/index.js';

export const RUNNER_KINDS = ['sim', 'llm', 'http', 'suna'] as const;
export type RunnerKind = (typeof RUNNER_KINDS)[number];

/** Where a runner finds the agent, if its model does not say it. */
export type RunnerTarget =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'suna'; readonly agentId: string };

/** An agent as a run froze it: all that a runner needs, plain JSON, nothing secret. */
export interface AgentSnapshot {
  readonly id: string;
  readonly name: string;
  readonly runner: RunnerKind;
  /** As the user wrote it (`openai/gpt-4o`, `gpt-4o`, `sim/fast`); null: the configured default decided too late. */
  readonly model: string | null;
  readonly systemPrompt: string;
  readonly target?: RunnerTarget;
  /** Names of the tools it may use; absent: those of a team, all of them. */
  readonly tools?: readonly string[];
  /** The JSON schema that its answer must meet. */
  readonly outputSchema?: JsonObject;
}
