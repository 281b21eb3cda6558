import { setTimeout as pause } from 'node:timers/promises';
import { EventSourceClient } from '#libs/live/testing/event-source.client.js';
import type { Door } from './door.js';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is read of an answer is said where it is read
  readonly body: any;
}

export interface PublicEvent {
  readonly seq?: number;
  readonly type: string;
  readonly at: string;
  readonly step_id?: string;
  readonly attempt?: number;
  readonly status?: string;
  readonly error?: { readonly code: string };
  readonly tool?: { readonly name: string; readonly output?: { readonly version?: number } };
  readonly context?: { readonly key: string; readonly value: unknown };
  readonly message?: { readonly message_id: string };
  readonly approval?: { readonly decision?: string };
}

const SHORT_PAUSE_MS = 20;

/** Somebody who asks until there is an answer, however many servers die over it. */
export class Client {
  token = '';

  constructor(private readonly door: Door) {}

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#ask('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#ask('POST', path, body, headers);
  }

  /** Asked only once; null: the connection broke, and nobody knows whether it was done. */
  async postOnce(path: string, body: unknown): Promise<Answer | null> {
    return this.#askOnce(`${await this.door.url()}${path}`, 'POST', body, {});
  }

  /** Every public event of a run, watched to its end, each stream going on where the one before was cut. */
  async watch(id: string): Promise<readonly PublicEvent[]> {
    const seen: PublicEvent[] = [];
    while (seen.at(-1)?.type !== 'execution.finished') {
      const url = `${await this.door.url()}/api/v1/executions/${id}/events?after=${seen.length}&token=${this.token}`;
      const stream = await EventSourceClient.open(url).catch(() => null);
      await stream?.ended;
      const events = (stream?.data ?? []) as unknown as PublicEvent[];
      seen.push(...events.filter(({ seq }) => seq !== undefined));
      if (stream?.response.status === 404) return seen;
      await pause(SHORT_PAUSE_MS);
    }
    return seen;
  }

  async #ask(method: string, path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<Answer> {
    for (;;) {
      const answer = await this.#askOnce(`${await this.door.url()}${path}`, method, body, headers);
      if (answer && !isForLater(answer)) return answer;
      await pause(SHORT_PAUSE_MS);
    }
  }

  /** Null: the connection broke before the answer was whole. */
  async #askOnce(
    url: string,
    method: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer | null> {
    try {
      const response = await fetch(url, {
        method,
        headers: {
          ...(this.token && { authorization: `Bearer ${this.token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) };
    } catch {
      return null;
    }
  }
}

/** The server says itself that asking again will do. */
function isForLater({ status, body }: Answer): boolean {
  return status === 503 || (status === 409 && body?.code === 'idempotency.in-progress');
}
