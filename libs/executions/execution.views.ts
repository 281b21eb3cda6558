import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';
import type { ExecutionRow } from '#libs/journal/index.js';
import type { JsonObject } from '#libs/kernel/index.js';
import { ReadBy } from '#libs/platform/http/index.js';
import { type KeyChanges, readKeys } from '#libs/providers/index.js';
import { agentResults, finalResult, type State, type StepOutput } from '#libs/workflow/index.js';
import type { AgentUsage, CostMetrics, UsageSummary } from './figures.js';
import { figuresOf } from './figures.js';
import { LOG_LEVELS, type LogLevel } from './logs.js';
import { type AgentStatus, standingOf } from './standing.js';

export class ExecuteBody {
  /** What the team is to work on. */
  @IsString()
  @IsNotEmpty()
  initial_prompt!: string;

  /** Must be the team of the path when given. */
  @IsOptional()
  @IsString()
  team_id?: string | null;

  /**
   * Keys for this run alone, by service: they come before those of the team and the caller. Kept sealed, and only while
   * it runs.
   * @as ServiceKeysView | null
   */
  @IsOptional()
  @ReadBy(readKeys)
  user_api_keys?: KeyChanges | null;

  @IsOptional()
  @IsObject()
  execution_config?: JsonObject | null;
}

export class ListQuery {
  @IsOptional()
  @IsString()
  team_id?: string;

  /** `active` (pending or running) or one status. */
  @IsOptional()
  @IsIn(['active', 'pending', 'running', 'completed', 'failed', 'cancelled'])
  status?: 'active' | ExecutionRow['status'];

  @IsOptional()
  @IsString()
  user_id?: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  offset?: number;
}

export class LogsQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  offset?: number;

  /** Levels; `log_types=a&log_types=b`, `log_types[]=a` and `log_types=a,b` are alike. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsIn(LOG_LEVELS, { each: true })
  log_types?: LogLevel[];

  @IsOptional()
  @IsString()
  agent_id?: string;
}

/** An execution as lists show it. */
export class ExecutionView {
  execution_id!: string;
  team_id!: string;
  status!: string;
  initial_prompt!: string;
  final_result!: object | null;
  error_message!: string | null;
  started_at!: string | null;
  completed_at!: string | null;
  created_at!: string;
  /** The run that this one retries, reruns, forks or replays. */
  parent_execution_id!: string | null;

  static of(row: ExecutionRow, state: State): ExecutionView {
    return fieldsOf(row, state);
  }
}

function fieldsOf(row: ExecutionRow, state: State) {
  return {
    execution_id: row.id,
    team_id: row.teamId,
    status: state.status,
    initial_prompt: state.started?.prompt ?? '',
    final_result: state.started ? finalResult(state.started.plan, state) : null,
    error_message: state.error?.message ?? null,
    started_at: instant(state.startedAt),
    completed_at: instant(state.finishedAt),
    created_at: new Date(row.createdAt).toISOString(),
    parent_execution_id: state.started?.parent?.executionId ?? null,
  } satisfies ExecutionView;
}

/** How far it has come; every field of an execution besides. */
export class ExecutionStatusView extends ExecutionView {
  agent_statuses!: Readonly<Record<string, AgentStatus>>;
  progress!: number;
  current_step!: number | null;
  total_steps!: number;
  active_agents!: readonly string[];
  completed_agents!: readonly string[];
  failed_agents!: readonly string[];
  estimated_completion!: string | null;
  last_updated!: string;
  waiting!: readonly { readonly step_id: string; readonly kind: string; readonly id: string }[];

  static override of(row: ExecutionRow, state: State): ExecutionStatusView {
    const plan = state.started?.plan;
    const standing = plan ? standingOf(plan, state) : null;
    const statuses = standing?.agentStatuses ?? {};
    const those = (status: AgentStatus): string[] => Object.keys(statuses).filter((id) => statuses[id] === status);
    return {
      ...fieldsOf(row, state),
      agent_statuses: statuses,
      progress: standing?.progress ?? 0,
      current_step: standing?.currentStep ?? null,
      total_steps: plan?.nodes.length ?? 0,
      active_agents: those('running'),
      completed_agents: those('completed'),
      failed_agents: those('failed'),
      estimated_completion: null,
      last_updated: new Date(state.lastAt).toISOString(),
      waiting: standing?.waiting ?? [],
    };
  }
}

/** What the agents gave back, what they used, and what it cost; partial until the end. */
export class ExecutionResultView extends ExecutionView {
  agent_results!: Readonly<Record<string, StepOutput>>;
  cost_metrics!: CostMetrics;
  usage_metrics!: Readonly<Record<string, AgentUsage>>;
  usage_summary!: UsageSummary;
  /** Seconds since the start, up to the end. */
  execution_duration!: number;

  static override of(row: ExecutionRow, state: State, now = state.lastAt): ExecutionResultView {
    const until = state.finishedAt ?? now;
    return {
      ...fieldsOf(row, state),
      agent_results: state.started ? agentResults(state.started.plan, state) : {},
      ...figuresOf(state),
      execution_duration: state.startedAt === null ? 0 : (until - state.startedAt) / 1_000,
    };
  }
}

/** The shape in which side panels of the UI list executions. */
export class ExecutionSummaryView {
  id!: string;
  execution_id!: string;
  team_id!: string;
  team_name!: string;
  status!: string;
  progress!: number;
  started_at!: string | null;
  completed_at!: string | null;
  created_at!: string;
  created_by!: string;
  current_agent!: string | null;
  total_agents!: number;
  completed_agents!: number;
  error_message!: string | null;
  result!: object | null;
  parent_execution_id!: string | null;

  static of(row: ExecutionRow, state: State): ExecutionSummaryView {
    const status = ExecutionStatusView.of(row, state);
    return {
      id: row.id,
      execution_id: row.id,
      team_id: row.teamId,
      team_name: state.started?.teamName ?? '',
      status: status.status,
      progress: status.progress,
      started_at: status.started_at,
      completed_at: status.completed_at,
      created_at: status.created_at,
      created_by: row.userId,
      current_agent: status.active_agents[0] ?? null,
      total_agents: status.total_steps,
      completed_agents: status.completed_agents.length,
      error_message: status.error_message,
      result: status.final_result,
      parent_execution_id: status.parent_execution_id,
    };
  }
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
