import { ArrayNotEmpty, IsArray, IsDefined, IsNotEmpty, IsOptional, IsString, Length } from 'class-validator';
import {
  type Diagnostic,
  type Edge,
  outlineOf,
  readWorkflow,
  type Severity,
  type Workflow,
  type WorstCase,
} from '#libs/compiler/index.js';
import { type Json, toUsd } from '#libs/kernel/index.js';
import { ReadBy } from '#libs/platform/http/index.js';
import type {
  AgentRole,
  Approval,
  ApprovalDecision,
  ApprovalMoment,
  Condition,
  FailurePolicy,
  Plan,
  PlanNode,
  Strategy,
} from '#libs/workflow/index.js';
import type { Planned } from './plans.service.js';

export class PlanBody {
  /** What the team would be asked: its length counts. Left out, a prompt of 1,000 tokens is assumed. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  initial_prompt?: string | null;
}

export class CompileBody extends PlanBody {
  /** @as WorkflowView */
  @IsDefined()
  @ReadBy(readWorkflow)
  workflow_definition!: Workflow;

  /** As a team would have them; left out, those of the workflow. */
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  agent_ids?: string[] | null;
}

export class DiagnosticView {
  /** `error`: it cannot run, or a step fails for certain. `warning`: it runs, and hardly as it was meant. */
  severity!: Severity;
  /** Stable; where a step would fail, the code it would fail with. */
  code!: string;
  /** Where in the body, or in the team. */
  path!: string;
  /** What is wrong, where, and what to do. */
  message!: string;

  static of({ severity, code, path, message }: Diagnostic): DiagnosticView {
    return { severity, code, path, message };
  }
}

export class PlanConditionView {
  field!: string;
  operator!: string;
  value!: Json;

  static of({ field, operator, value }: Condition): PlanConditionView {
    return { field, operator, value };
  }
}

export class PlanApprovalView {
  /** `before` the agent runs, or `after`: of what it gave. */
  when!: ApprovalMoment;
  /** Empty: the owner of the execution. */
  approvers!: readonly string[];
  quorum!: number;
  /** Seconds; null: for ever. */
  expires!: number | null;
  on_expiry!: ApprovalDecision;

  static of({ when, approvers, quorum, expiresMs, onExpiry }: Approval): PlanApprovalView {
    const expires = expiresMs === null ? null : expiresMs / 1_000;
    return { when, approvers, quorum, expires, on_expiry: onExpiry };
  }
}

export class PlanNodeView {
  /** As `step_id` in events; a later round is `s2~2`. */
  id!: string;
  agent_id!: string;
  /** Of the agent. */
  name!: string;
  role!: AgentRole;
  /** Its column in a picture, from 1; nodes of one column may run side by side. */
  order!: number;
  runner!: string;
  model!: string | null;
  /** All must hold before it runs. */
  conditions!: readonly PlanConditionView[];
  /** Seconds per attempt. */
  timeout!: number;
  max_attempts!: number;
  /** People who must agree. */
  approval?: PlanApprovalView;

  static of(node: PlanNode, order: number, { agents, timeoutMs }: Planned): PlanNodeView {
    const agent = agents.get(node.agentId)?.snapshot;
    return {
      id: node.id,
      agent_id: node.agentId,
      name: agent?.name ?? node.agentId,
      role: node.role,
      order,
      runner: agent?.runner ?? 'unknown',
      model: agent?.model ?? null,
      conditions: node.conditions.map((condition) => PlanConditionView.of(condition)),
      timeout: (node.timeoutMs ?? timeoutMs) / 1_000,
      max_attempts: node.retry.attempts,
      ...(node.approval && { approval: PlanApprovalView.of(node.approval) }),
    };
  }
}

export class PlanEdgeView {
  from!: string;
  to!: string;
  /** `to` reads the result of `from` as its input, or in a condition, or only begins after it. */
  why!: Edge['why'];
}

export class PlanLoopView {
  from!: string;
  to!: string;
  /** Every node that runs again. */
  body!: readonly string[];
  /** How many times the work may go back. */
  max_iterations!: number;
  when!: readonly PlanConditionView[];
}

/** What a run does, as a picture of it needs it. */
export class PlanView {
  type!: Strategy;
  /** What one failed agent means for the others. */
  on_failure!: FailurePolicy;
  /** How many agents may run at the same time. */
  width!: number;
  /** Each behind those it refers to. */
  nodes!: readonly PlanNodeView[];
  edges!: readonly PlanEdgeView[];
  loops!: readonly PlanLoopView[];

  static of(plan: Plan, planned: Planned): PlanView {
    const { columns, edges } = outlineOf(plan);
    return {
      type: plan.strategy,
      on_failure: plan.onFailure,
      width: plan.width,
      nodes: plan.nodes.map((node) => PlanNodeView.of(node, columns.get(node.id) ?? 1, planned)),
      edges: edges.map(({ from, to, why }) => ({ from, to, why })),
      loops: plan.loops.map(({ from, to, body, maxRounds, when }) => ({
        from,
        to,
        body,
        max_iterations: maxRounds,
        when: when.map((condition) => PlanConditionView.of(condition)),
      })),
    };
  }
}

/** If every attempt but the last fails, every loop goes back as often as it may, and everybody answers at length. */
export class WorstCaseView {
  /** Attempts of agents. */
  steps!: number;
  /** Without pauses that a provider asks for, on a server that has room; null: people are asked who may take for ever. */
  seconds!: number | null;
  /** One call for each attempt, by estimated tokens; tools cost more. Null: a price is not known. */
  cost_usd!: number | null;

  static of({ steps, seconds, costMicros }: WorstCase): WorstCaseView {
    return { steps, seconds, cost_usd: costMicros === null ? null : toUsd(costMicros) };
  }
}

export class PlannedView {
  /** Null: the workflow does not compile. */
  plan!: PlanView | null;
  /** Errors first. */
  diagnostics!: readonly DiagnosticView[];
  /** All 0 where there is no plan: nothing would run. */
  worst_case!: WorstCaseView;

  static of(planned: Planned): PlannedView {
    return {
      plan: planned.plan && PlanView.of(planned.plan, planned),
      diagnostics: planned.diagnostics.map((diagnostic) => DiagnosticView.of(diagnostic)),
      worst_case: WorstCaseView.of(planned.worstCase),
    };
  }
}
