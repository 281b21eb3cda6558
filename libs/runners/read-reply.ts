import { isJsonObject, type Json } from '#libs/kernel/index.js';
import type { OutboundAnswer } from '#libs/platform/outbound/index.js';
import { RunnerFailure } from './agent-runner.js';
import { pauseOf, quoted } from './provider-failure.js';
import { withoutSecrets } from './secret-texts.js';

/** What an agent behind an address of its own gave back. */
export interface Reply {
  readonly text: string;
  readonly data?: Json;
  /** Null: it said nothing of what it used. */
  readonly used: Used | null;
}

export interface Used {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** US dollars; null: not said. */
  readonly costUsd: number | null;
}

const DEEPEST = 64;
const HIGHEST_COST_USD = 1_000_000;
const MOST_TOKENS = 1_000_000_000_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws `RunnerFailure` for everything that is not `{result, data?, usage?}` with a status of success. */
export function readReply(answer: OutboundAnswer, secrets: readonly string[], now: number): Reply {
  if (answer.status < 200 || answer.status > 299) throw refusal(answer, secrets, now);
  const body = withoutSecrets(parsed(answer.body), secrets);
  if (!isJsonObject(body)) throw invalid('something that is no JSON object');
  const { result, data, usage } = body;
  if (typeof result !== 'string') throw invalid('an answer without a text in "result"');
  return {
    text: result,
    ...(data !== undefined && data !== null && { data }),
    used: usage === undefined || usage === null ? null : usedIn(usage),
  };
}

function parsed(bytes: Buffer): Json {
  let value: Json;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw invalid('something that is no JSON');
  }
  if (!isKeepable(value, DEEPEST)) throw invalid(`JSON deeper than ${DEEPEST}, or a number too large to keep`);
  return value;
}

function isKeepable(value: Json, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((one) => isKeepable(one, depth - 1));
}

function usedIn(usage: Json): Used {
  const { tokens_input, tokens_output, cost_usd } = isJsonObject(usage) ? usage : {};
  if (!isCount(tokens_input) || !isCount(tokens_output)) {
    throw invalid('a "usage" without whole numbers from 0 in "tokens_input" and "tokens_output"');
  }
  if (cost_usd !== undefined && cost_usd !== null && !isCost(cost_usd)) {
    throw invalid(`a "usage.cost_usd" that is no number from 0 to ${HIGHEST_COST_USD}`);
  }
  return { tokensIn: tokens_input, tokensOut: tokens_output, costUsd: cost_usd ?? null };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS;
}

function isCost(value: Json): value is number {
  return typeof value === 'number' && value >= 0 && value <= HIGHEST_COST_USD;
}

function refusal({ status, headers, body }: OutboundAnswer, secrets: readonly string[], now: number): RunnerFailure {
  if (status < 400) {
    const message = `The agent answered ${status}; redirects are not followed, so its final address must be given.`;
    return new RunnerFailure({ code: 'invalid', message });
  }
  const said = (name: string): string | null => [headers[name] ?? []].flat()[0] ?? null;
  const quote = quoted(body.subarray(0, LONGEST_REFUSAL).toString(), ...secrets);
  const message = `The agent answered ${status}${quote && `: ${quote}`}`;
  return new RunnerFailure({ code: codeOf(status), message }, null, pauseOf({ get: said }, now));
}

const LONGEST_REFUSAL = 16 * 1024;

function codeOf(status: number): string {
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limit';
  return status >= 500 ? 'server_error' : 'invalid';
}

function invalid(what: string): RunnerFailure {
  return new RunnerFailure({ code: 'invalid', message: `The agent sent ${what}.` });
}
