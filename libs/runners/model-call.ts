import type { Clock, JsonObject } from '#libs/kernel/index.js';
import { operatorFetch } from '#libs/platform/outbound/index.js';
import type { ModelProvider } from '#libs/providers/index.js';
import { RunnerFailure, type ToolDefinition, wasAborted } from './agent-runner.js';
import { type CallOptions, type Fetch, openModel } from './open-model.js';
import { failedInStream, pauseOf, quoted, refused, thrownBy, withToolsHint } from './provider-failure.js';
import { NOTHING_SEEN, type TokensSeen, withFrame } from './tokens-seen.js';
import { type WrittenCall, writtenCall } from './tool-call.js';
import type { Prompt } from './transcript.js';

/** Reasoning models think for minutes in silence; a connection that is silent for longer is dead. */
export const IDLE_LIMIT_MS = 240_000;
const LONGEST_ANSWER = 4 * 1024 * 1024;
const LONGEST_REFUSAL = 16 * 1024;

export interface Ask {
  readonly provider: ModelProvider;
  readonly model: string;
  readonly apiKey: string;
  readonly idempotencyKey: string;
  readonly prompt: Prompt;
  readonly tools: readonly ToolDefinition[];
  /** Only for a model that takes one beside the prompt. */
  readonly schema: JsonObject | null;
  readonly maxOutputTokens: number;
}

export interface Said {
  readonly text: string;
  /** Not empty: the model wants their results, and the text is no answer yet. */
  readonly calls: readonly WrittenCall[];
  /** The model stopped at its limit: the text is whole up to there. */
  readonly isCut: boolean;
}

/**
 * One request to a provider and its streamed answer. It succeeds only with a stream that said how it ended and held a
 * text or a call; however it fails, `seen` holds the tokens that the provider told of until then.
 */
export class ModelCall {
  seen: TokensSeen = NOTHING_SEEN;
  readonly #cut = new AbortController();
  #lastHeardAt: number;
  #isIdle = false;

  constructor(
    private readonly ask: Ask,
    private readonly clock: Clock,
  ) {
    this.#lastHeardAt = clock.now();
  }

  /** Settles at once when `signal` aborts; the connection is closed in any case. */
  perform(onText: (text: string) => void, signal: AbortSignal): Promise<Said> {
    return new Promise((resolve, reject) => {
      const stopWatching = this.#watchSilence();
      const end = (): void => {
        stopWatching();
        signal.removeEventListener('abort', abort);
        this.#cut.abort();
      };
      const abort = (): void => {
        end();
        reject(wasAborted());
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#stream((text) => signal.aborted || onText(text))
        .finally(end)
        .then(resolve, (error: unknown) => reject(this.#failure(error)));
    });
  }

  async #stream(onText: (text: string) => void): Promise<Said> {
    const { ask } = this;
    const model = await openModel(ask.provider, ask.model, ask.apiKey, this.#fetch);
    const { stream } = await model.doStream(this.#options());

    const texts: string[] = [];
    const calls: WrittenCall[] = [];
    let length = 0;
    let end: string | null = null;
    for await (const part of stream) {
      this.#lastHeardAt = this.clock.now();
      if (part.type === 'raw') this.seen = withFrame(this.seen, part.rawValue);
      if (part.type === 'error') throw failedInStream(ask.provider.name, part.error, this.#quoted);
      if (part.type === 'finish') end = part.finishReason.raw === undefined ? null : part.finishReason.unified;
      if (part.type === 'tool-call') calls.push(writtenCall(part));
      if (part.type !== 'text-delta' && part.type !== 'tool-input-delta') continue;
      length += part.delta.length;
      if (length > LONGEST_ANSWER)
        throw this.#fault('provider.answer-too-large', 'sent more text than any answer may have.');
      if (part.type !== 'text-delta' || part.delta === '') continue;
      texts.push(part.delta);
      onText(part.delta);
    }
    return this.#judged(texts.join(''), calls, end);
  }

  /** A stream is an answer only if it says how it ended, and ended with a text or a call. */
  #judged(text: string, calls: readonly WrittenCall[], end: string | null): Said {
    if (end === null) throw this.#fault('server_error', 'ended its answer in the middle.');
    if (end === 'content-filter')
      throw this.#fault('provider.refused-answer', `refused to answer. ${this.#quoted(text)}`);
    if (text.trim() !== '' || calls.length > 0) return { text, calls, isCut: end === 'length' };
    if (end === 'length')
      throw this.#fault('provider.answer-cut', 'reached its limit of tokens before it said anything.');
    throw this.#fault('server_error', 'sent an empty answer.');
  }

  #options(): CallOptions {
    const { prompt, tools, schema, maxOutputTokens, idempotencyKey } = this.ask;
    return {
      prompt,
      ...(tools.length > 0 && { tools: tools.map(offered) }),
      ...(schema && { responseFormat: { type: 'json', name: 'answer', schema: { ...schema } }, ...NOT_STRICT }),
      maxOutputTokens,
      // Only the raw frames tell of tokens before a stream is whole.
      includeRawChunks: true,
      headers: { 'Idempotency-Key': idempotencyKey },
      abortSignal: this.#cut.signal,
    };
  }

  /** Turns refusals into failures before the SDK wraps them. */
  readonly #fetch: Fetch = async (url, init) => {
    const response = await operatorFetch(url, init);
    if (response.ok) return response;
    const quote = this.#quoted(await beginningOf(response));
    throw refused(this.ask.provider.name, response.status, quote, pauseOf(response.headers, this.clock.now()));
  };

  readonly #quoted = (text: string): string => quoted(text, this.ask.apiKey);

  #failure(error: unknown): unknown {
    if (this.#isIdle) return this.#fault('timeout', `sent nothing for ${IDLE_LIMIT_MS / 1_000} seconds.`);
    const failure = error instanceof RunnerFailure ? error : thrownBy(this.ask.provider.name, error, this.#quoted);
    return failure instanceof RunnerFailure && this.ask.tools.length > 0 ? withToolsHint(failure) : failure;
  }

  #fault(code: string, what: string): RunnerFailure {
    return new RunnerFailure({ code, message: `${this.ask.provider.name} ${what}`.trimEnd() });
  }

  /** One timer, set again only when it rings: a delta costs nothing. */
  #watchSilence(): () => void {
    let takeBack = (): void => undefined;
    const watch = (delayMs: number): void => {
      takeBack = this.clock.after(delayMs, () => {
        const left = this.#lastHeardAt + IDLE_LIMIT_MS - this.clock.now();
        if (left > 0) return watch(left);
        this.#isIdle = true;
        this.#cut.abort();
      });
    };
    watch(IDLE_LIMIT_MS);
    return () => takeBack();
  }
}

/** Strict, a provider refuses every schema with an optional field; what it lets through is checked here. */
const NOT_STRICT = { providerOptions: { openaiCompatible: { strictJsonSchema: false } } };

function offered({ name, description, inputSchema }: ToolDefinition): NonNullable<CallOptions['tools']>[number] {
  return { type: 'function', name, description, inputSchema: { ...inputSchema } };
}

async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // A refusal that breaks off is still a refusal: its status is known.
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= LONGEST_REFUSAL) break;
    }
  } catch {
    return text;
  }
  return text;
}
