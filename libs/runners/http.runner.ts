import { Injectable } from '@nestjs/common';
import { AgentSecrets, type RunnerSecrets, signerOf } from '#libs/agents/index.js';
import { Clock, fromUsd, NO_MONEY } from '#libs/kernel/index.js';
import { Outbound, type OutboundAnswer, OutboundFailed, TargetRefused } from '#libs/platform/outbound/index.js';
import { type Cost, costOf, type Price, type Usage } from '#libs/workflow/index.js';
import {
  AgentRunner,
  type ReceivedMessage,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type Watch,
  wasAborted,
} from './agent-runner.js';
import { readReply, type Used } from './read-reply.js';
import { secretTexts } from './secret-texts.js';

/**
 * Runs agents that live behind an address of their own: one guarded POST per attempt, signed if the agent has a secret.
 * The address is the run's; headers and secret are read from the agent at every call, so that none is ever in a journal.
 */
@Injectable()
export class HttpRunner extends AgentRunner {
  readonly kind = 'http';

  constructor(
    private readonly outbound: Outbound,
    private readonly secrets: AgentSecrets,
    private readonly clock: Clock,
  ) {
    super();
  }

  async run(step: StepRequest, _watch: Watch, signal: AbortSignal): Promise<RunnerAnswer> {
    const { target } = step.agent;
    if (target?.kind !== 'http') throw failure('runner.no-address', 'The run began without the address of this agent.');
    const secrets = await this.#secretsFor(target.url, step);
    if (signal.aborted) throw wasAborted();

    const answer = await this.#send(target.url, step, secrets, signal);
    const { text, data, used } = readReply(answer, secretTexts(secrets), this.clock.now());
    return { text, ...(data !== undefined && { data }), usage: usageOf(used, step) };
  }

  async #secretsFor(url: string, { userId, agent }: StepRequest): Promise<RunnerSecrets> {
    const secrets = await this.secrets.for(url, userId, agent.id);
    if (secrets === 'gone') throw failure('agent.not-found', 'The agent was deleted after the run had begun.');
    if (secrets === 'moved') {
      throw failure('agent.moved', 'The address of the agent has changed since the run began. Start the run again.');
    }
    return secrets;
  }

  async #send(url: string, step: StepRequest, secrets: RunnerSecrets, signal: AbortSignal): Promise<OutboundAnswer> {
    const body = bodyOf(step);
    const headers = { ...headersOf(secrets), ...this.#protocol(step.key, body, secrets) };
    try {
      return await this.outbound.send(url, { method: 'POST', headers, body, signal });
    } catch (error) {
      throw signal.aborted ? wasAborted() : toFailure(error);
    }
  }

  #protocol(key: string, body: string, { secret }: RunnerSecrets): Readonly<Record<string, string>> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    if (!secret) return headers;
    const now = new Date(this.clock.now());
    return {
      ...headers,
      'webhook-id': key,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signerOf(secret).sign(key, now, body),
    };
  }
}

function bodyOf({ executionId, stepId, attempt, agent, input, context, messages }: StepRequest): string {
  return JSON.stringify({
    execution_id: executionId,
    step_id: stepId,
    attempt,
    agent_id: agent.id,
    input: input.map(({ text }) => text).join('\n\n'),
    context: context(),
    messages: messages.map(sent),
  });
}

/** As the protocol has it: ids are enough for a program. */
function sent({ message_id, from_agent, message_type, content }: ReceivedMessage): Omit<ReceivedMessage, 'from_name'> {
  return { message_id, from_agent, message_type, content };
}

/** In lower case, so that a header of the user takes the place of a default. */
function headersOf({ headers }: RunnerSecrets): Readonly<Record<string, string>> {
  const own = [...headers].map(([name, value]) => [name.toLowerCase(), value.reveal()]);
  return { accept: 'application/json', 'user-agent': 'renum', ...Object.fromEntries(own) };
}

/** What the agent says it cost counts; else its tokens at the price of its model. What nobody tells is not free. */
function usageOf(used: Used | null, { agent, price }: StepRequest): Usage {
  const { tokensIn, tokensOut } = used ?? { tokensIn: 0, tokensOut: 0 };
  return {
    provider: 'http',
    model: agent.model ?? 'http',
    keyType: 'user_provided',
    tokensIn,
    tokensOut,
    requests: 1,
    ...(used ? costIn(used, price) : { costMicros: NO_MONEY, incomplete: true }),
  };
}

function costIn({ costUsd, tokensIn, tokensOut }: Used, price: Price | null): Cost {
  return costUsd === null ? costOf(price, tokensIn, tokensOut) : { costMicros: fromUsd(costUsd), incomplete: false };
}

function toFailure(error: unknown): unknown {
  if (error instanceof TargetRefused) return failure(error.code, error.message);
  if (!(error instanceof OutboundFailed)) return error;
  return failure(error.why === 'too-large' ? 'invalid' : error.why, error.message);
}

function failure(code: string, message: string): RunnerFailure {
  return new RunnerFailure({ code, message });
}
