import { isJsonObject } from '#libs/kernel/index.js';
import { RunnerFailure } from './agent-runner.js';

/**
 * How the ways in which a model provider fails become failures of a step. Texts that a provider wrote pass through
 * `quoted` first: they may repeat our key.
 */

const LONGEST_QUOTE = 500;
const LONGEST_PAUSE_MS = 3_600_000;

/** The provider answered with a status that is no success. `quote` is its own explanation, already cleaned. */
export function refused(provider: string, status: number, quote: string, retryAfterMs = 0): RunnerFailure {
  const message = `${provider} answered ${status}${quote && `: ${quote}`}`;
  return new RunnerFailure({ code: codeOf(status), message }, null, retryAfterMs);
}

/**
 * A provider that will not have our tools says so as a request it cannot serve, each in its own words or in none. Whoever
 * reads the failed step learns what to do.
 */
export function withToolsHint(failure: RunnerFailure): RunnerFailure {
  const { error, usage, retryAfterMs } = failure;
  const isAboutTools = error.code === 'invalid' && /tool|function|answered 4\d\d$/i.test(error.message);
  if (!isAboutTools) return failure;
  const message = `${error.message.replace(/\.$/, '')}. ${TOOLS_HINT}`;
  return new RunnerFailure({ ...error, message }, usage, retryAfterMs);
}

const TOOLS_HINT = 'If the model cannot use tools, give its agent "configuration.tools": [], which switches them off.';

function codeOf(status: number): string {
  if (status === 401 || status === 403) return 'provider.refused-key';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limit';
  return status >= 500 ? 'server_error' : 'invalid';
}

/** What `fetch` or the SDK threw. An error of neither is a bug of ours and stays what it is. */
export function thrownBy(provider: string, error: unknown, quote: (text: string) => string): unknown {
  const name = textOf(error, 'name');
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  // Anthropic's reader throws the first event of a stream when it is an error.
  if (typeof status === 'number' && status >= 400) return refused(provider, status, quote(textOf(error, 'message')));
  const isUnanswered = name === 'AI_APICallError' && status === undefined;
  if (isUnanswered || isNetworkError(error)) return unreachable(provider, error);
  if (!name.startsWith('AI_')) return error;
  return new RunnerFailure({ code: 'server_error', message: `${provider} sent something that is no answer.` });
}

/** No answer, or the connection broke in the middle of one. The host stays out of the text. */
function unreachable(provider: string, error: unknown): RunnerFailure {
  const cause = causesOf(error).map(systemCode).find(Boolean);
  if (cause && /TIMEOUT|TIMEDOUT/.test(cause)) {
    return new RunnerFailure({ code: 'timeout', message: `${provider} did not answer in time (${cause}).` });
  }
  const message = `${provider} could not be reached, or broke off its answer${cause ? ` (${cause})` : ''}.`;
  return new RunnerFailure({ code: 'network', message });
}

function isNetworkError(error: unknown): boolean {
  return causesOf(error).some(
    (one) => systemCode(one) !== '' || /^(fetch failed|terminated)$/.test(textOf(one, 'message')),
  );
}

/** An error that the provider sent inside a stream which had begun as a success. */
export function failedInStream(provider: string, error: unknown, quote: (text: string) => string): RunnerFailure {
  const said = isJsonObject(error) && isJsonObject(error.error) ? error.error : error;
  const kind = ['type', 'code', 'name'].map((field) => textOf(said, field)).join(' ');
  const message = `${provider} broke off: ${quote(textOf(said, 'message') || String(said))}`;
  return new RunnerFailure({ code: codeOfKind(kind), message });
}

function codeOfKind(kind: string): string {
  if (/rate_limit/.test(kind)) return 'rate_limit';
  if (/timeout/.test(kind)) return 'timeout';
  if (/authentication|permission|invalid_api_key/.test(kind)) return 'provider.refused-key';
  return /invalid_request/.test(kind) ? 'invalid' : 'server_error';
}

/** The pause that the other side asks for, in ms; 0: none, or none that can be understood. */
export function pauseOf(headers: Pick<Headers, 'get'>, now: number): number {
  const exact = headers.get('retry-after-ms');
  const written = headers.get('retry-after') ?? '';
  const pause = exact
    ? Number(exact)
    : /^\d+(\.\d+)?$/.test(written)
      ? Number(written) * 1_000
      : Date.parse(written) - now;
  return pause > 0 ? Math.min(Math.ceil(pause), LONGEST_PAUSE_MS) : 0;
}

/** What a provider wrote of its refusal, on one line, shortened, without our secrets or anything that looks like one. */
export function quoted(body: string, ...secrets: readonly string[]): string {
  return secrets
    .reduce((text, secret) => text.replaceAll(secret, '***'), messageIn(body))
    .replaceAll(/\b(sk|pk|rk|key|bearer)[-_ ][\w.-]{12,}/gi, '$1-***')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_QUOTE);
}

/** `{error: {message}}` of OpenAI and Anthropic, `{error}`, `{message}` or `{detail}` of others, else the text itself. */
function messageIn(body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A page of a proxy helps nobody who reads a failed step.
    return /^\s*</.test(body) ? '' : body;
  }
  const inner = isJsonObject(parsed) && isJsonObject(parsed.error) ? parsed.error : parsed;
  return (
    textOf(inner, 'message') || textOf(inner, 'error') || textOf(inner, 'detail') || (isJsonObject(parsed) ? '' : body)
  );
}

function textOf(value: unknown, field: string): string {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
  return typeof found === 'string' ? found : '';
}

/** `ECONNREFUSED` and the like. */
function systemCode(error: unknown): string {
  const code = textOf(error, 'code');
  return /^[A-Z][A-Z_]+$/.test(code) ? code : '';
}

/** The error, what caused it, what caused that, …; not by class, because `fetch` throws errors of another realm. */
function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one !== undefined && causes.length < 5; ) {
    causes.push(one);
    one = typeof one === 'object' && one !== null ? Reflect.get(one, 'cause') : undefined;
  }
  return causes;
}
