import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { AgentRole, Strategy } from '#libs/workflow/index.js';

/** A `workflow_definition` as users write it and teams keep it, in the names of the wire. Absent and null are alike. */
export interface Workflow {
  readonly type: Strategy;
  readonly agents: readonly WorkflowAgent[];
  /** Free-form; `failure_policy`, `feedback` and `context` mean something. */
  readonly config?: JsonObject | null;
}

export interface WorkflowAgent {
  readonly agent_id: string;
  readonly role?: AgentRole | null;
  readonly execution_order?: number | null;
  readonly input: WorkflowInput;
  /** A list of `{field, operator, value}`; `{}` counts as none. Evaluated only in conditional workflows. */
  readonly conditions?: Json;
  /** Seconds per attempt. */
  readonly timeout?: number | null;
  /** Free-form; `compile` names the parts that mean something. */
  readonly retry_config?: Json;
  /** `{when, approvers, quorum, expires_s, on_expiry}`: people who must agree. */
  readonly approval?: JsonObject | null;
}

export const INPUT_SOURCES = ['initial_prompt', 'agent_result', 'combined', 'context_variable'] as const;
export const COMBINED_SOURCES = ['initial_prompt', 'agent_result'] as const;

export interface WorkflowInput {
  readonly source: (typeof INPUT_SOURCES)[number];
  readonly agent_id?: string | null;
  readonly sources?: readonly WorkflowSource[] | null;
  readonly variable_name?: string | null;
}

export interface WorkflowSource {
  readonly type: (typeof COMBINED_SOURCES)[number];
  readonly agent_id?: string | null;
}

/** One thing in a workflow that its writer must mend. */
export interface Problem {
  /** Its place in the body of the request, e.g. `workflow_definition.agents[1].input.agent_id`. */
  readonly path: string;
  /** `workflow.reason`, stable. */
  readonly code: string;
  /** Goes on where the path ends: "must name an agent of this workflow". */
  readonly message: string;
}

export type Refuse = (path: string, reason: string, message: string) => void;
