import { type Json, type JsonObject, toUsd } from '#libs/kernel/index.js';
import {
  type ApprovalMoment,
  approvalId,
  type EventBody,
  type FinalStatus,
  type JournalEvent,
  type MessageType,
  type Parking,
  publicNameOf,
  type Reducer,
  type StepError,
  type StepId,
  type ToolUse,
  type Usage,
  type Vote,
} from '#libs/workflow/index.js';

/** An event as the world sees it, on streams and sockets alike. `seq` counts public events, from 1, without gaps. */
export interface PublicEvent extends Facts {
  readonly execution_id: string;
  readonly seq: number;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

interface Facts {
  readonly step_id?: string;
  readonly agent_id?: string;
  readonly attempt?: number;
  /** The text that the agent gave back. */
  readonly result?: string;
  readonly error?: StepError;
  /** ISO 8601, UTC. */
  readonly retry_at?: string;
  readonly usage?: PublicUsage;
  readonly status?: FinalStatus;
  /** It was not run here, but taken over from where it was. */
  readonly adopted_from?: PublicOrigin;
  readonly tool?: PublicTool;
  readonly context?: PublicChange;
  readonly message?: PublicMessage;
  readonly approval?: PublicApproval;
}

export interface PublicOrigin {
  readonly execution_id: string;
  readonly step_id: string;
}

export interface PublicTool {
  readonly name: string;
  /** Of the turn within its step, from 1, and of the call within its turn, from 0. */
  readonly turn: number;
  readonly place: number;
  readonly output?: Json;
}

/** What was written to a variable; what it became, `GET …/context` tells. */
export interface PublicChange {
  readonly key: string;
  readonly reducer: Reducer;
  readonly value: Json;
  readonly version: number;
}

export interface PublicMessage {
  readonly message_id: string;
  readonly from_agent: string;
  readonly to_agent: string | null;
  readonly message_type: MessageType;
  readonly content: JsonObject;
  readonly requires_response: boolean;
  /** Of a request: for how many seconds an answer is awaited. */
  readonly response_timeout?: number;
  /** Of an answer: the request. */
  readonly request_message_id?: string;
}

export interface PublicApproval {
  /** What `POST /api/v1/approvals/{id}/decide` takes. */
  readonly id: string;
  readonly when?: ApprovalMoment;
  /** ISO 8601, UTC; null: for ever. */
  readonly expires_at?: string | null;
  /** What the agent gave and people judge. */
  readonly result?: string;
  readonly decision?: Vote['decision'];
  /** Null: the time ran out. */
  readonly decided_by?: string | null;
  readonly comment?: string | null;
  readonly is_edited?: boolean;
}

export interface PublicUsage {
  readonly tokens_input: number;
  readonly tokens_output: number;
  readonly cost_usd: number;
}

/** The agent that performs a step; undefined: not known. */
export type AgentOf = (step: StepId) => string | undefined;

/** Null for an inner event, and for one of a newer program that this one cannot name. */
export function publicEventOf(event: JournalEvent, executionId: string, agentOf: AgentOf): PublicEvent | null {
  const { publicSeq, at, body } = event;
  const type = publicNameOf(body);
  if (publicSeq === null || !type) return null;
  return { execution_id: executionId, seq: publicSeq, type, at: instant(at), ...factsOf(body, executionId, agentOf) };
}

function factsOf(body: EventBody, executionId: string, agentOf: AgentOf): Facts {
  switch (body.kind) {
    case 'step-started':
      return attemptOf(body, agentOf);
    case 'step-parked':
      return { ...attemptOf(body, agentOf), ...retryOf(body) };
    case 'step-succeeded':
      return { ...attemptOf(body, agentOf), result: body.output.result, ...usageOf(body.usage) };
    case 'step-retrying':
      return {
        ...attemptOf(body, agentOf),
        ...errorOf(body.error),
        retry_at: instant(body.retryAt),
        ...usageOf(body.usage),
      };
    case 'step-failed':
      return { ...attemptOf(body, agentOf), ...errorOf(body.error), ...usageOf(body.usage) };
    case 'step-skipped':
    case 'step-cancelled':
      return stepOf(body.step, agentOf);
    case 'tool-called':
      return { ...attemptOf(body, agentOf), tool: toolOf(body) };
    case 'tool-completed':
      return { ...attemptOf(body, agentOf), tool: { ...toolOf(body), output: body.output } };
    case 'tool-failed':
      return { ...attemptOf(body, agentOf), tool: toolOf(body), ...errorOf(body.error) };
    case 'context-changed':
      return { ...stepOf(body.step, agentOf), context: changeOf(body) };
    case 'message-sent':
      return { ...stepOf(body.step, agentOf), message: messageOf(body) };
    case 'approval-requested':
      return { ...stepOf(body.step, agentOf), approval: requestOf(body, executionId), ...usageOf(body.usage) };
    case 'approval-decided':
      return { ...stepOf(body.step, agentOf), approval: decisionOf(body, executionId) };
    case 'step-adopted':
      return { ...stepOf(body.step, agentOf), ...adoptedOf(body) };
    case 'execution-finished':
      return { ...errorOf(body.error), status: body.status };
    case 'execution-started':
    case 'execution-taken':
    case 'turn-recorded':
    case 'step-added':
    case 'step-interrupted':
    case 'step-resumed':
    case 'loop-back':
    case 'cancel-requested':
    case 'step-reported':
    case 'cost-recorded':
      return {};
  }
}

function stepOf(step: StepId, agentOf: AgentOf): Facts {
  const agentId = agentOf(step);
  return { step_id: step, ...(agentId !== undefined && { agent_id: agentId }) };
}

function attemptOf(body: { readonly step: StepId; readonly attempt: number }, agentOf: AgentOf): Facts {
  return { ...stepOf(body.step, agentOf), attempt: body.attempt };
}

/** The time of an answer or an approval is when it lapses, not when the step goes on. */
function retryOf({ why, until }: Parking): Facts {
  const goesOnByItself = why !== 'answer' && why !== 'approval';
  return until !== null && goesOnByItself ? { retry_at: instant(until) } : {};
}

type Told<K extends EventBody['kind']> = Extract<EventBody, { kind: K }>;

function toolOf({ name, turnNo: turn, place }: ToolUse): PublicTool {
  return { name, turn, place };
}

function changeOf({ name: key, reducer, value, version }: Told<'context-changed'>): PublicChange {
  return { key, reducer, value, version };
}

function messageOf(message: Told<'message-sent'>): PublicMessage {
  const { id, from, to, type, content, timeoutMs, answers } = message;
  return {
    ...{ message_id: id, from_agent: from, to_agent: to, message_type: type, content },
    requires_response: type === 'request',
    ...(timeoutMs !== undefined && { response_timeout: timeoutMs / 1_000 }),
    ...(answers !== undefined && { request_message_id: answers }),
  };
}

function requestOf({ step, when, until, output }: Told<'approval-requested'>, executionId: string): PublicApproval {
  const id = approvalId(executionId, step);
  const expires_at = until === null ? null : instant(until);
  return { id, when, expires_at, ...(output && { result: output.result }) };
}

function decisionOf(
  { step, decision, by, comment, edited }: Told<'approval-decided'>,
  executionId: string,
): PublicApproval {
  return { id: approvalId(executionId, step), decision, decided_by: by, comment, is_edited: edited !== null };
}

function adoptedOf({ from: { executionId, step }, result }: Told<'step-adopted'>): Facts {
  const adopted_from = { execution_id: executionId, step_id: step };
  return { ...(result.ok ? { result: result.output.result } : errorOf(result.error)), adopted_from };
}

function errorOf(error: StepError | null): Facts {
  return error ? { error: { code: error.code, message: error.message } } : {};
}

function usageOf(usage: Usage | null): Facts {
  if (!usage) return {};
  const { tokensIn, tokensOut, costMicros } = usage;
  return { usage: { tokens_input: tokensIn, tokens_output: tokensOut, cost_usd: toUsd(costMicros) } };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
