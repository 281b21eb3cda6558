import type { AgentSnapshot, RunnerKind } from '#libs/agents/index.js';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import type { Price, RecordedTurn, StepError, ToolResult, Turn, Usage } from '#libs/workflow/index.js';

/** A tool as it is offered to a model. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** A JSON schema of its input, which is an object. */
  readonly inputSchema: JsonObject;
}

/** Something another agent wrote to this one, or to everybody. */
export interface ReceivedMessage {
  readonly message_id: string;
  readonly from_agent: string;
  /** What the team calls its writer, and tools know it by. */
  readonly from_name: string;
  readonly message_type: string;
  readonly content: JsonObject;
}

/** A piece of the input and who wrote it: what agents produced is never read as an instruction to a runner. */
export interface InputText {
  readonly text: string;
  readonly author: 'user' | 'agent';
}

/** One performance of an attempt. */
export interface StepRequest {
  /** `execution.step.attempt`: travels upstream as the idempotency key; the same after a crash. */
  readonly key: string;
  readonly executionId: string;
  readonly stepId: string;
  readonly attempt: number;
  /** With whose rights and keys the step runs. */
  readonly userId: string;
  readonly teamId: string;
  readonly agent: AgentSnapshot;
  /** In order; the agent receives them joined by one blank line. */
  readonly input: readonly InputText[];
  /** The variables of the execution as they were when the step began. Made when asked for. */
  readonly context: () => JsonObject;
  /** What was written to the agent before this step began, oldest first. */
  readonly messages: readonly ReceivedMessage[];
  /** Frozen when the run was accepted; null: the model is not in the price table. */
  readonly price: Price | null;
}

export interface RunnerAnswer {
  readonly text: string;
  /** Only where the runner was given data beside the text; else it is found in the text. */
  readonly data?: Json;
  /** Of the last turn alone: those before it were recorded as they came. */
  readonly usage: Usage | null;
  /** Worth a warning in the log although the step succeeded, such as an answer cut at its limit. */
  readonly note?: string;
}

/** What a runner may do while it works. */
export interface Watch {
  /** A piece of text for those who watch now; never stored. */
  delta(text: string): void;
}

/**
 * The turns of an attempt, on record. A crash costs the turn that was under way and no other: the attempt is run again
 * with the recorded ones, and goes on behind the last.
 */
export interface Conversation {
  /** What the agent may be offered; empty: nothing. */
  readonly tools: readonly ToolDefinition[];
  /** Turns that were recorded before this performance, oldest first, each with all its results. */
  readonly recorded: readonly RecordedTurn[];
  /**
   * Records a turn that is not the last and what it cost, has its tools used, and resolves to their results once both
   * are committed. A turn without calls (an answer that must be mended) resolves to none. Where the step has to wait
   * for somebody's answer the signal aborts and this promise stays pending: the attempt is run again later, and then
   * the results are among the recorded ones.
   */
  record(turn: Turn, usage: Usage | null): Promise<readonly ToolResult[]>;
}

/** Why an attempt did not succeed. `code` is a retryable kind of the workflow or `area.reason`. */
export class RunnerFailure extends Error {
  constructor(
    readonly error: StepError,
    readonly usage: Usage | null = null,
    /** The other side asked for at least this pause. */
    readonly retryAfterMs = 0,
  ) {
    super(error.message);
  }
}

/** The caller took the call back (cancel, timeout, shutdown): only it knows why, so it does not read this as a failure. */
export function wasAborted(usage: Usage | null = null): RunnerFailure {
  return new RunnerFailure({ code: 'runner.aborted', message: 'The call was taken back before it ended.' }, usage);
}

/** Performs one agent's step. One adapter per runner kind. */
export abstract class AgentRunner {
  abstract readonly kind: RunnerKind;

  /**
   * Resolves with the answer or rejects with `RunnerFailure` (any other error counts as `runner.broken`). When
   * `signal` aborts, the upstream call is really cut and the promise rejects at once with `runner.aborted` and the
   * usage known so far. May be called again with the same key after a crash; `conversation` then holds what was
   * recorded of it.
   */
  abstract run(step: StepRequest, watch: Watch, signal: AbortSignal, conversation: Conversation): Promise<RunnerAnswer>;
}
