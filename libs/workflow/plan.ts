import type { Json } from '#libs/kernel/index.js';

/**
 * A plan is what `compile` makes of a workflow: one directed graph for all four strategies. It is frozen in the first
 * event of an execution, so a team that is edited later never changes a run that has begun.
 */
export interface Plan {
  readonly strategy: Strategy;
  /** In an order in which every node stands behind those it refers to. */
  readonly nodes: readonly PlanNode[];
  readonly loops: readonly Loop[];
  readonly onFailure: FailurePolicy;
  /** How many steps of the execution may run at the same time. */
  readonly width: number;
  /** Variables with a reducer or a value to begin with; absent: none. */
  readonly context?: Readonly<Record<string, DeclaredVariable>>;
}

export const REDUCERS = ['replace', 'append', 'merge', 'max', 'sum'] as const;
/** What becomes of a variable and what is written to it: parallel branches that use one lose nothing. */
export type Reducer = (typeof REDUCERS)[number];

export interface DeclaredVariable {
  readonly reducer: Reducer;
  /** Absent: not set. */
  readonly initial?: Json;
}

export const STRATEGIES = ['sequential', 'parallel', 'pipeline', 'conditional'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Made by `compile`: `s1`, `s2`, …; never an agent id, which may hold any character. */
export type NodeId = string;

/** One round of a node: `s2`, in its second round `s2~2`. Consultations, which events add, are `c1`, `c2`, … */
export type StepId = string;

export interface PlanNode {
  readonly id: NodeId;
  readonly agentId: string;
  readonly role: AgentRole;
  /** Nodes that must be settled (succeeded, failed, skipped or cancelled) before this one is decided. */
  readonly after: readonly NodeId[];
  readonly input: NodeInput;
  /** All must hold; empty: always. */
  readonly conditions: readonly Condition[];
  /** The node whose output answers a condition field that names nothing else; null: the one completed last. */
  readonly reference: NodeId | null;
  /** Whether a step that is still open elsewhere could turn conditions that are false now. */
  readonly conditionsMayTurn: boolean;
  /** Per attempt; null: the default of the configuration. Parked time does not count. */
  readonly timeoutMs: number | null;
  readonly retry: RetryPolicy;
  readonly onInterrupted: OnInterrupted;
  /** People who must agree; absent: nobody. */
  readonly approval?: Approval;
}

export type ApprovalMoment = 'before' | 'after';
export type ApprovalDecision = 'approve' | 'reject';

/** People must agree before the agent runs, or to what it gave. Questions that others put to it wait for them too. */
export interface Approval {
  readonly when: ApprovalMoment;
  /** User ids or e-mail addresses; empty: the owner of the execution. */
  readonly approvers: readonly string[];
  /** How many must agree. */
  readonly quorum: number;
  /** From the request on; null: for ever. */
  readonly expiresMs: number | null;
  readonly onExpiry: ApprovalDecision;
}

export const AGENT_ROLES = ['leader', 'member', 'coordinator'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];

/** What an agent receives, as references: the text is put together when the step starts. */
export type NodeInput =
  | InputPart
  /** Joined by one blank line in this order; parts whose node did not succeed are left out. */
  | { readonly from: 'combined'; readonly parts: readonly InputPart[] };

export type InputPart =
  | { readonly from: 'prompt' }
  | { readonly from: 'result'; readonly node: NodeId }
  | { readonly from: 'variable'; readonly name: string };

export const OPERATORS = [
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'greater_than',
  'less_than',
  'exists',
  'not_exists',
] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  /** A dotted path; its longest known beginning is looked up first. */
  readonly field: string;
  readonly operator: Operator;
  readonly value: Json;
}

/**
 * What one failed step means for the others.
 * `stop`: nothing further starts, the execution fails. `finish-others`: running and pending ones go on, then it fails.
 * `fail-fast`: the others are cancelled. `continue`: completed if at least one succeeded. `tolerate`: completed
 * unless the first node failed.
 */
export type FailurePolicy = 'stop' | 'finish-others' | 'fail-fast' | 'continue' | 'tolerate';

/** What becomes of an attempt whose process died: the same attempt again, the next one, or failure. */
export type OnInterrupted = 'resume' | 'retry' | 'fail';

export const RETRYABLE = ['timeout', 'network', 'rate_limit', 'server_error'] as const;
export type Retryable = (typeof RETRYABLE)[number];

export interface RetryPolicy {
  /** All attempts, the first included: 1 means no retry. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly on: readonly Retryable[];
}

/** When `when` holds on the output of `from`, the body runs once more; at most `maxRounds` times. */
export interface Loop {
  readonly id: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** Every node between `to` and `from`, both included, in the order of the plan. */
  readonly body: readonly NodeId[];
  readonly maxRounds: number;
  readonly when: readonly Condition[];
}

export function stepOf(node: NodeId, round: number): StepId {
  return round === 1 ? node : `${node}~${round}`;
}
