import { toUsd } from '#libs/kernel/index.js';
import {
  type EventBody,
  type FinalStatus,
  type JournalEvent,
  type Parking,
  PUBLIC_NAME,
  type StepError,
  type StepId,
  type Usage,
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
  const type = PUBLIC_NAME[body.kind];
  if (publicSeq === null || !type) return null;
  return { execution_id: executionId, seq: publicSeq, type, at: instant(at), ...factsOf(body, agentOf) };
}

function factsOf(body: EventBody, agentOf: AgentOf): Facts {
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
    case 'execution-finished':
      return { ...errorOf(body.error), status: body.status };
    case 'execution-started':
    case 'execution-taken':
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
