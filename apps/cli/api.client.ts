import { EventSourceParserStream } from 'eventsource-parser/stream';
import { Failed } from './failure.js';

export interface TeamFound {
  readonly team_id: string;
  readonly name: string;
  readonly agent_ids: readonly string[];
}

export interface Tokens {
  readonly tokens_input: number;
  readonly tokens_output: number;
}

export interface RunResult {
  readonly execution_id: string;
  readonly status: string;
  readonly final_result: { readonly result?: string } | null;
  readonly error_message: string | null;
  readonly cost_metrics: { readonly cost_usd: number; readonly incomplete: boolean };
  readonly usage_metrics: Readonly<Record<string, Tokens & { readonly model_provider: string }>>;
  readonly usage_summary: Tokens;
  readonly execution_duration: number;
}

/** What a stream of events holds; `text` and `offset` only in a `step.delta`, which has no `at`. */
export interface RunEvent {
  readonly type: string;
  readonly at?: string;
  readonly agent_id?: string;
  readonly attempt?: number;
  readonly result?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly usage?: Tokens;
  readonly status?: string;
  readonly offset?: number;
  readonly text?: string;
}

/** A server over HTTP, as anybody's program would use it. Everything ends when `signal` aborts. */
export class ApiClient {
  private constructor(
    private readonly url: string,
    private readonly token: string | null,
    private readonly signal: AbortSignal,
  ) {}

  static async signIn(
    url: string,
    credentials: { readonly email: string; readonly password: string },
    signal: AbortSignal,
  ): Promise<ApiClient> {
    const stranger = new ApiClient(url, null, signal);
    const { access_token } = await stranger.#ask<{ access_token: string }>('POST', '/auth/login', credentials);
    return new ApiClient(url, access_token, signal);
  }

  async teamNamed(name: string): Promise<TeamFound> {
    const query = new URLSearchParams({ name_filter: name });
    const { items } = await this.#ask<{ items: readonly TeamFound[] }>('GET', `/teams?${query.toString()}`);
    const found = items.find((team) => team.name === name);
    if (!found) throw new Failed(`There is no team "${name}" on ${this.url}.`);
    return found;
  }

  /** By id. */
  async agentNames(): Promise<ReadonlyMap<string, string>> {
    const agents = await this.#ask<readonly { agent_id: string; name: string }[]>('GET', '/agents');
    return new Map(agents.map(({ agent_id, name }) => [agent_id, name]));
  }

  async execute(teamId: string, prompt: string): Promise<string> {
    const body = { initial_prompt: prompt };
    const { execution_id } = await this.#ask<{ execution_id: string }>('POST', `/teams/${teamId}/execute`, body);
    return execution_id;
  }

  result(executionId: string): Promise<RunResult> {
    return this.#ask('GET', `/executions/${executionId}/result`);
  }

  /** Each event as it happens, up to `execution.finished`. */
  async *events(executionId: string): AsyncGenerator<RunEvent> {
    const response = await this.#send('GET', `/executions/${executionId}/events`);
    if (!response.body) return;
    const frames = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of frames) yield { type: event ?? '', ...JSON.parse(data) };
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#send(method, path, body);
    return (await response.json()) as T;
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      signal: this.signal,
      headers: {
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const { detail = '' } = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Failed(`${method} ${path} answered ${response.status}. ${detail}`.trimEnd());
  }
}
