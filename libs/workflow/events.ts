import type { Json, JsonObject, Micros } from '#libs/kernel/index.js';
import type { Plan, StepId } from './plan.js';
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
  | (Performance & { readonly kind: 'cost-recorded'; readonly usage: Usage | null });

/** One performance of an attempt: by whom (epoch) which attempt of which step was run. */
export interface Performance {
  readonly step: StepId;
  readonly attempt: number;
  readonly epoch: number;
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
}

/** A step that an event adds to the plan: an agent asks another one. */
export interface Added {
  readonly agentId: string;
  readonly askedBy: StepId;
  readonly depth: number;
  /** After this instant no answer is awaited. */
  readonly deadline: number;
  readonly question: string;
}

export interface Parking {
  readonly why: ParkedFor;
  /** When to look again by itself; null: only an event wakes it. */
  readonly until: number | null;
}
export type ParkedFor = 'retry' | 'rate' | 'answer' | 'approval' | 'budget';

/** What an agent gave back, as the wire shows it. */
export interface StepOutput {
  readonly result: string;
  /** The parsed JSON when the text is one JSON value or one fenced JSON block. */
  readonly data?: Json;
  /** Seconds. */
  readonly execution_time: number;
}

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
  readonly input: Json;
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

/** What became of one performance of an attempt. */
export interface StepReport extends Performance {
  readonly outcome: Outcome;
}

export type SkipReason = 'condition' | 'source' | 'stopped' | 'no-input';
export type FinalStatus = 'completed' | 'failed' | 'cancelled';

/** The name under which the world sees an event; null: an inner one without a public number. */
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
  'step-skipped': 'step.skipped',
  'step-cancelled': 'step.cancelled',
  'loop-back': null,
  'cancel-requested': 'execution.cancelling',
  'step-reported': null,
  'cost-recorded': null,
};
