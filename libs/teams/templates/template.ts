import type { Workflow } from '#libs/compiler/index.js';
import type { AgentRole } from '#libs/workflow/index.js';

/** A team to begin with: its agents, and the workflow that joins them once they have ids. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Whether a new installation begins with it. */
  readonly isFirst: boolean;
  /** Something the team can be given to try it. */
  readonly examplePrompt: string;
  readonly agents: readonly TemplateAgent[];
  readonly workflow: (idOf: (key: string) => string) => Workflow;
}

export interface TemplateAgent {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly role: AgentRole;
  /** What it is told, whatever its model. */
  readonly instructions: string;
  /** Directives for the simulated model, so that a trial costs nothing and still says something. */
  readonly simulation: string;
}

/** What an agent runs on unless another model is chosen. */
export function simulatedModel({ key }: TemplateAgent): string {
  return `sim/${key}`;
}
