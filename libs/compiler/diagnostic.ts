import type { NodeId, Plan, PlanNode, Price } from '#libs/workflow/index.js';
import type { Workflow } from './workflow.js';

/** `error`: it cannot run, or a step of it fails for certain. `warning`: it runs, and hardly as it was meant. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Diagnostic {
  readonly severity: Severity;
  /** `area.reason`, stable. Where a step would fail, the code it would fail with. */
  readonly code: string;
  /** Its place in the body of the request, e.g. `workflow_definition.agents[1].input.agent_id`. */
  readonly path: string;
  /** What is wrong, where, and what to do. */
  readonly message: string;
}

/** What is known beyond the workflow, told by those who know agents, models and keys. */
export interface WorkflowFacts {
  /** By id; what is missing here is not there. */
  readonly agents: ReadonlyMap<string, AgentFacts>;
  readonly agentLimit: number;
  /** Of the initial prompt, as it was given or is assumed. */
  readonly promptTokens: number;
  /** Per attempt of an agent that says nothing else. */
  readonly timeoutMs: number;
}

export interface AgentFacts {
  readonly name: string;
  /** Null: what it is told is not known here. */
  readonly instructions: string | null;
  /** Why its steps would fail. */
  readonly obstacles: readonly Obstacle[];
  /** Null: none, or one that is not known here. */
  readonly model: string | null;
  /** Null: not known. */
  readonly price: Price | null;
  /** Tokens in and out together, in one call; null: not known, or without end. */
  readonly contextTokens: number | null;
  /** Null: not known. */
  readonly maxOutputTokens: number | null;
}

export interface Obstacle {
  readonly code: string;
  /** A whole sentence, or several. */
  readonly message: string;
}

/** One workflow, as those who judge it look at it. */
export interface Exhibit {
  /** As it was written. */
  readonly workflow: Workflow;
  readonly plan: Plan;
  readonly facts: WorkflowFacts;
  /** Of a node, in quotes. */
  readonly nameOf: (id: NodeId) => string;
  readonly pathOf: (id: NodeId) => string;
  readonly factsOf: (node: PlanNode) => AgentFacts | undefined;
}

/** Some of what is wrong with a workflow; never throws. */
export type Judge = (exhibit: Exhibit) => readonly Diagnostic[];

export const LOOP_PATH = 'workflow_definition.config.feedback';
