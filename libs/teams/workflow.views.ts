import type { COMBINED_SOURCES, INPUT_SOURCES } from '#libs/compiler/index.js';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { AgentRole, Operator, Strategy } from '#libs/workflow/index.js';

/** One thing that must hold before an agent runs. */
export class ConditionView {
  /** A dotted path: `agent_<id>_result.data.category`, `initial_prompt`, or `result` of the agent this one reads. */
  field!: string;

  operator!: Operator;

  /** Compared as a number or a boolean where it meets one. `exists` and `not_exists` need none. */
  value?: Json;
}

export class InputSourceView {
  type!: (typeof COMBINED_SOURCES)[number];

  agent_id?: string | null;
}

/** What an agent receives. */
export class InputView {
  source!: (typeof INPUT_SOURCES)[number];

  /** For `agent_result`: an agent that runs earlier. */
  agent_id?: string | null;

  /** For `combined`: joined in this order by one blank line; those that did not succeed are left out. */
  sources?: InputSourceView[] | null;

  /** For `context_variable`. */
  variable_name?: string | null;
}

/** A step that waits for people costs nothing while it waits. */
export class ApprovalView {
  /** `before` the agent runs, or `after`: of what it gave. */
  when!: 'before' | 'after';

  /** User ids or e-mail addresses. Left out: the owner of the execution. */
  approvers?: string[] | null;

  /** How many of them must agree; 1 unless said. */
  quorum?: number | null;

  /** Seconds from the request on; for ever unless said. */
  expires_s?: number | null;

  /** What silence means then; `reject` unless said. */
  on_expiry?: 'reject' | 'approve' | null;
}

export class WorkflowAgentView {
  agent_id!: string;

  /** Left out: `member`. */
  role?: AgentRole;

  /** Required and unique in a sequential workflow; a pipeline goes by it if all have one. */
  execution_order?: number | null;

  input!: InputView;

  /** All must hold. Evaluated in conditional workflows, where every agent but the first needs one. */
  conditions?: ConditionView[] | null;

  /** Seconds per attempt, above 0 and up to 86400; the default of the server otherwise. */
  timeout?: number | null;

  /** People who must agree before the agent runs, or to what it gave. */
  approval?: ApprovalView | null;

  /** `max_attempts` (1 to 10), `initial_delay`, `backoff_factor`, `max_delay` (seconds) and `retry_on`. */
  retry_config?: JsonObject | null;
}

/** How the agents of a team work together. */
export class WorkflowView {
  type!: Strategy;

  agents!: WorkflowAgentView[];

  /** `failure_policy` (parallel: `fail`, `fail_fast`, `continue`), `feedback` (pipeline), and `context`: variables that
   * agents share, by name, each with a `reducer` (`replace`, `append`, `merge`, `max`, `sum`) and an `initial` value. */
  config?: JsonObject | null;
}
