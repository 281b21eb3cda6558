import { ApiProperty } from '@nestjs/swagger';
import type { JsonObject } from '#libs/kernel/index.js';
import { AGENT_ROLES, COMBINED_SOURCES, INPUT_SOURCES, OPERATORS, STRATEGIES } from '#libs/workflow/index.js';

/** One thing that must hold before an agent runs. */
export class ConditionView {
  /** A dotted path: `agent_<id>_result.data.category`, `initial_prompt`, or `result` of the agent this one reads. */
  field!: string;

  @ApiProperty({ enum: OPERATORS })
  operator!: string;

  /** Compared as a number or a boolean where it meets one. `exists` and `not_exists` need none. */
  @ApiProperty({ required: false, nullable: true, type: Object })
  value?: unknown;
}

export class InputSourceView {
  @ApiProperty({ enum: COMBINED_SOURCES })
  type!: string;

  @ApiProperty({ required: false, nullable: true, type: String })
  agent_id?: string | null;
}

/** What an agent receives. */
export class InputView {
  @ApiProperty({ enum: INPUT_SOURCES })
  source!: string;

  /** For `agent_result`: an agent that runs earlier. */
  @ApiProperty({ required: false, nullable: true, type: String })
  agent_id?: string | null;

  /** For `combined`: joined in this order by one blank line; those that did not succeed are left out. */
  @ApiProperty({ required: false, nullable: true, type: () => [InputSourceView] })
  sources?: InputSourceView[] | null;

  /** For `context_variable`. */
  @ApiProperty({ required: false, nullable: true, type: String })
  variable_name?: string | null;
}

export class WorkflowAgentView {
  agent_id!: string;

  @ApiProperty({ enum: AGENT_ROLES, required: false, default: 'member' })
  role?: string;

  /** Required and unique in a sequential workflow; a pipeline goes by it if all have one. */
  @ApiProperty({ required: false, nullable: true, type: 'integer' })
  execution_order?: number | null;

  input!: InputView;

  /** All must hold. Evaluated in conditional workflows, where every agent but the first needs one. */
  @ApiProperty({ required: false, nullable: true, type: () => [ConditionView] })
  conditions?: ConditionView[] | null;

  /** Seconds per attempt, above 0 and up to 86400; the default of the server otherwise. */
  @ApiProperty({ required: false, nullable: true, type: Number })
  timeout?: number | null;

  /** `max_attempts` (1 to 10), `initial_delay`, `backoff_factor`, `max_delay` (seconds) and `retry_on`. */
  @ApiProperty({ required: false, nullable: true, type: Object })
  retry_config?: JsonObject | null;
}

/** How the agents of a team work together. */
export class WorkflowView {
  @ApiProperty({ enum: STRATEGIES })
  type!: string;

  @ApiProperty({ type: () => [WorkflowAgentView] })
  agents!: WorkflowAgentView[];

  /** `failure_policy` (parallel: `fail`, `fail_fast`, `continue`) and `feedback` (pipeline). */
  @ApiProperty({ required: false, nullable: true, type: Object })
  config?: JsonObject | null;
}
