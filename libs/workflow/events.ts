import type { Json, JsonObject, Micros } from '#libs/kernel/index.js';
import type { ApprovalDecision, ApprovalMoment, Plan, Reducer, StepId } from './plan.js';
import type { Price } from './price.js';

/** The format of the journals this program writes, and the newest it can read. */
export const JOURNAL_FORMAT = 1;

/** An event as the journal keeps it. Nothing but events is ever stored of a run; every view is a fold of them. */
export interface JournalEvent<B extends EventBody = EventBody> {
  /** 1, 2, 3, … within the execution, without gaps. Being the first to write a number is the lock. */
  readonly seq: number;
  /** The number among the public events, which live streams show; null for inner ones. */
  readonly publicSeq: number | null;
  /** Milliseconds since 1970, by the clock of the process that appended it. */
  readonly at: number;
  readonly body: B;
}

export type EventBody = Decision | Note;
export type EventKind = EventBody['kind'];

/** Written by the owner of the execution, behind the events it was decided from. */
export type Decision =
  | ExecutionStarted
  | { readonly kind: 'execution-taken'; readonly epoch: number }
  | { readonly kind: 'step-added'; readonly step: StepId; readonly added: Added }
  | { readonly kind: 'step-started'; readonly step: StepId; readonly attempt: number; readonly epoch: number }
  | { readonly kind: 'step-interrupted'; readonly step: StepId; readonly attempt: number }
  | { readonly kind: 'step-resumed'; readonly step: StepId; readonly attempt: number; readonly epoch: number }
  | ({ readonly kind: 'step-parked'; readonly step: StepId; readonly attempt: number } & Parking)
  | (Performance & {
      readonly kind: 'step-succeeded';
      readonly output: StepOutput;
      readonly usage: Usage | null;
    })
  | (Performance & {
      readonly kind: 'step-retrying';
      readonly error: StepError;
      readonly retryAt: number;
      readonly usage: Usage | null;
    })
  | (Performance & {
      readonly kind: 'step-failed';
      readonly error: StepError;
      readonly usage: Usage | null;
    })
  /** A turn of a conversation that goes on: what it cost is its own. */
  | (Performance & { readonly kind: 'turn-recorded'; readonly turn: Turn; readonly usage: Usage | null })
  | (ToolUse & { readonly kind: 'tool-called' })
  | (ToolUse & { readonly kind: 'tool-completed'; readonly output: Json })
  | (ToolUse & { readonly kind: 'tool-failed'; readonly error: StepError })
  | ({ readonly kind: 'context-changed'; readonly step: StepId } & ContextChange)
  | ({ readonly kind: 'message-sent'; readonly step: StepId } & AgentMessage)
  | ApprovalRequested
  | ApprovalDecided
  /** What an earlier execution recorded of the step: it is not run again and costs nothing. */
  | { readonly kind: 'step-adopted'; readonly step: StepId; readonly from: StepOrigin; readonly result: Adopted }
  | { readonly kind: 'step-skipped'; readonly step: StepId; readonly reason: SkipReason }
  | { readonly kind: 'step-cancelled'; readonly step: StepId }
  | { readonly kind: 'loop-back'; readonly loop: string; readonly round: number; readonly from: StepId }
  | { readonly kind: 'execution-finished'; readonly status: FinalStatus; readonly error: StepError | null };

/** Written by anybody at any time; the store gives it the next number. */
export type Note =
  | { readonly kind: 'cancel-requested'; readonly by: string; readonly reason: string }
  /** The result of a runner that no longer owns the execution: it was paid for, so the owner decides with it. */
  | { readonly kind: 'step-reported'; readonly report: StepReport }
  /** What a performance cost whose result came too late to matter; null: it ended and nothing more will be known. */
  | (Performance & { readonly kind: 'cost-recorded'; readonly usage: Usage | null })
  | ApprovalDecided;

/** One performance of an attempt: by whom (epoch) which attempt of which step was run. */
export interface Performance {
  readonly step: StepId;
  readonly attempt: number;
  readonly epoch: number;
  /** What was paid for one turn of its conversation (from 1); absent: the rest. */
  readonly turnNo?: number;
}

/** The first event: all that the run needs, frozen. */
export interface ExecutionStarted {
  readonly kind: 'execution-started';
  readonly format: number;
  readonly executionId: string;
  /** With whose rights and keys every step runs. */
  readonly userId: string;
  readonly teamId: string;
  readonly teamName: string;
  readonly prompt: string;
  readonly plan: Plan;
  /** By agent id, as the agents were when the run was accepted. What is inside is the runners' affair. */
  readonly agents: Readonly<Record<string, JsonObject>>;
  /** By model; null: not in the price table. */
  readonly prices: Readonly<Record<string, Price | null>>;
  /** Services that this execution was given keys for; the keys are kept elsewhere, and only while it runs. */
  readonly keyServices?: readonly string[];
  /** The execution it repairs or repeats, and how. */
  readonly parent?: { readonly executionId: string; readonly how: RepairKind };
}

export const REPAIR_KINDS = ['retry', 'rerun', 'fork', 'replay'] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number];

/** A step that an event adds to the plan: an agent asks another one. */
export interface Added {
  readonly agentId: string;
  readonly askedBy: StepId;
  readonly depth: number;
  /** After this instant no answer is awaited. */
  readonly deadline: number;
  readonly question: string;
  /** The call that waits for the answer; absent in journals of programs that had no calls. */
  readonly call?: ToolPlace;
}

export interface Parking {
  readonly why: ParkedFor;
  /** When to look again by itself; null: only an event wakes it. */
  readonly until: number | null;
}
export type ParkedFor = 'retry' | 'rate' | 'answer' | 'approval' | 'budget';

/** What an agent gave back, as the wire shows it. */
export type StepOutput = {
  readonly result: string;
  /** The parsed JSON when the text is one JSON value or one fenced JSON block. */
  readonly data?: Json;
  /** Seconds. */
  readonly execution_time: number;
};

export interface StepError {
  /** A retryable kind of a runner (`timeout`, `network`, `rate_limit`, `server_error`) or `area.reason`. */
  readonly code: string;
  readonly message: string;
}

export interface Usage {
  readonly provider: string;
  readonly model: string;
  readonly keyType: 'user_provided' | 'renum_native';
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly requests: number;
  readonly costMicros: Micros;
  /** The cost is only the known part. */
  readonly incomplete: boolean;
}

export type Outcome =
  | { readonly ok: true; readonly output: StepOutput; readonly usage: Usage | null }
  | {
      readonly ok: false;
      readonly error: StepError;
      /** The other side asked for at least this pause; 0: none. */
      readonly retryAfterMs: number;
      readonly usage: Usage | null;
    };

/** A tool that a model wants to be used, as it asked for it. */
export interface ToolCall {
  /** The model's own name for this use, e.g. `call_1`. */
  readonly id: string;
  readonly name: string;
  /** An object; a text that was none is kept as the model wrote it, and no tool is used with it. */
  readonly input: Json;
  /** What the model's provider wants back with the call; nobody else reads it. */
  readonly providerMetadata?: Readonly<Record<string, JsonObject>>;
}

export type ToolResult =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error: StepError };

/** An answer of a model that was not its last: all that is needed to go on with the conversation after a crash. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

/** A turn on record, with the results of its calls in their order. */
export interface RecordedTurn {
  readonly turn: Turn;
  readonly results: readonly ToolResult[];
}

/** Which call of which turn, both within the conversation of a step: the turn from 1, the place in it from 0. */
export interface ToolPlace {
  readonly turnNo: number;
  readonly place: number;
}

export interface ToolUse extends ToolPlace {
  readonly step: StepId;
  readonly attempt: number;
  readonly name: string;
}

/** What was written to a variable, not what it became: a list that grows is not stored again each time. */
export interface ContextChange {
  readonly name: string;
  readonly reducer: Reducer;
  readonly value: Json;
  /** Of the whole context, this change included. */
  readonly version: number;
}

export const MESSAGE_TYPES = ['info', 'request', 'response', 'error', 'context_update'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

export interface AgentMessage {
  /** `m1`, `m2`, … within the execution. */
  readonly id: string;
  readonly from: string;
  /** Null: everybody. */
  readonly to: string | null;
  readonly type: MessageType;
  readonly content: JsonObject;
  /** Of a request: for how long an answer is awaited, and the step that gives it. */
  readonly timeoutMs?: number;
  readonly question?: StepId;
  /** Of a response or error: the request. */
  readonly answers?: string;
}

export interface Vote {
  /** A user's id. */
  readonly by: string | null;
  readonly decision: ApprovalDecision;
  /** What the agent is to receive, or to have given, instead. */
  readonly edited: string | null;
  readonly comment: string | null;
}

/** The step waits for people. Of a result: what the agent gave is recorded here, and so is what it cost. */
export interface ApprovalRequested extends Performance {
  readonly kind: 'approval-requested';
  readonly when: ApprovalMoment;
  readonly until: number | null;
  readonly output: StepOutput | null;
  readonly usage: Usage | null;
}

/** Somebody's word on a step that waits for people. Nobody's (`by` null): its time ran out, and the owner says so. */
export interface ApprovalDecided extends Vote {
  readonly kind: 'approval-decided';
  readonly step: StepId;
}

/** Where and when an adopted step was run: the order of what was adopted stays that of its parent. */
export interface StepOrigin {
  readonly executionId: string;
  readonly step: StepId;
  readonly startedAt: number;
  readonly endedAt: number;
}

export type Adopted =
  | { readonly ok: true; readonly output: StepOutput }
  | { readonly ok: false; readonly error: StepError };

/** What became of one performance of an attempt. */
export interface StepReport extends Performance {
  readonly outcome: Outcome;
}

export type SkipReason = 'condition' | 'source' | 'stopped' | 'no-input';
export type FinalStatus = 'completed' | 'failed' | 'cancelled';

/** The name under which the world sees an event. What was adopted is named by how it ended. */
export function publicNameOf(body: EventBody): string | null {
  return body.kind === 'step-adopted' && !body.result.ok ? PUBLIC_NAME['step-failed'] : PUBLIC_NAME[body.kind];
}

/** As `publicNameOf`, by kind; null: an inner event without a public number. */
export const PUBLIC_NAME: { readonly [K in EventKind]: string | null } = {
  'execution-started': 'execution.started',
  'execution-taken': null,
  'execution-finished': 'execution.finished',
  'step-added': null,
  'step-started': 'step.started',
  'step-interrupted': null,
  'step-resumed': null,
  'step-parked': 'step.waiting',
  'step-succeeded': 'step.succeeded',
  'step-retrying': 'step.retrying',
  'step-failed': 'step.failed',
  'turn-recorded': null,
  'tool-called': 'tool.called',
  'tool-completed': 'tool.completed',
  'tool-failed': 'tool.failed',
  'context-changed': 'context.changed',
  'message-sent': 'message.sent',
  'approval-requested': 'approval.requested',
  'step-adopted': 'step.succeeded',
  'step-skipped': 'step.skipped',
  'step-cancelled': 'step.cancelled',
  'loop-back': null,
  'cancel-requested': 'execution.cancelling',
  'step-reported': null,
  'cost-recorded': null,
  'approval-decided': 'approval.decided',
};
