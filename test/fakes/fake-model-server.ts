import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request, in order. */
export type Act =
  | { readonly does: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly does: 'send'; readonly text: string }
  /** Nothing more, until the client goes away. */
  | { readonly does: 'stall' }
  | { readonly does: 'end' }
  /** The connection breaks, as when the server's process dies. */
  | { readonly does: 'reset' };

export interface RecordedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly text: string;
  /** The parsed JSON body. */
  readonly body: Record<string, unknown>;
  /** Resolves when the client went away before the answer was whole. */
  readonly hungUp: Promise<void>;
  /** Resolves when the server has nothing more to do for it. */
  readonly over: Promise<void>;
  /** When its connection was closed, in ms of `performance.now()`; null: it is open. */
  readonly closedAt: number | null;
}

interface Rule {
  readonly last: string | RegExp;
  /** Null: this time the rule does not hold. */
  readonly answer: (request: RecordedRequest) => readonly Act[] | null;
}

/**
 * A real HTTP server on a free port that plays a model provider: each request gets the next script, else what the rules
 * say of its last message, else the default.
 */
export class FakeModelServer {
  readonly requests: RecordedRequest[] = [];
  readonly #scripts: (readonly Act[])[] = [];
  readonly #rules: Rule[] = [];
  #arrivals: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private readonly answer: (request: RecordedRequest) => readonly Act[],
  ) {}

  static async start(answer: (request: RecordedRequest) => readonly Act[]): Promise<FakeModelServer> {
    const server = createServer((request, response) => void fake.#serve(request, response));
    const fake = new FakeModelServer(server, answer);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  /** Without a path. */
  get origin(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** The next requests are served by these scripts, one each. */
  next(...scripts: readonly (readonly Act[])[]): void {
    this.#scripts.push(...scripts);
  }

  /** From now on, whoever's last message is or holds that is answered so: the first rule that fits. */
  when(last: string | RegExp, answer: readonly Act[] | Rule['answer']): this {
    this.#rules.push({ last, answer: typeof answer === 'function' ? answer : () => answer });
    return this;
  }

  /** Those whose connection is open. */
  get open(): readonly RecordedRequest[] {
    return this.requests.filter(({ closedAt }) => closedAt === null);
  }

  /** How often each idempotency key came. */
  get keys(): Readonly<Record<string, number>> {
    const keys = this.requests.map(({ headers }) => String(headers['idempotency-key']));
    return Object.fromEntries([...new Set(keys)].map((key) => [key, keys.filter((one) => one === key).length]));
  }

  /** Resolves with the request of this number, counted from 0, as soon as it is there. */
  async request(index = 0): Promise<RecordedRequest> {
    for (;;) {
      const request = this.requests[index];
      if (request) return request;
      await new Promise<void>((resolve) => this.#arrivals.push(resolve));
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    let closedAt: number | null = null;
    const closed = once(response, 'close').then(() => {
      closedAt = performance.now();
    });
    const request: RecordedRequest = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      text,
      body: JSON.parse(text || '{}'),
      over: closed,
      get closedAt() {
        return closedAt;
      },
      hungUp: closed.then(() => (response.writableFinished ? new Promise<void>(() => undefined) : undefined)),
    };
    this.requests.push(request);
    for (const resolve of this.#arrivals.splice(0)) resolve();
    play(this.#scripts.shift() ?? this.#ruled(request) ?? this.answer(request), response);
  }

  #ruled(request: RecordedRequest): readonly Act[] | undefined {
    const text = lastMessageOf(request);
    const fitting = this.#rules.filter(({ last }) =>
      typeof last === 'string' ? text.includes(last) : last.test(text),
    );
    return fitting.map(({ answer }) => answer(request)).find((acts) => acts !== null);
  }
}

/** The text of the last message, whoever's and in whichever protocol: of the user, or results of tools. */
export function lastMessageOf({ body }: RecordedRequest): string {
  const { messages } = body;
  return Array.isArray(messages) ? textIn(messages.at(-1)) : '';
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textIn).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  return textIn(Reflect.get(value, 'text') ?? Reflect.get(value, 'content'));
}

function play(acts: readonly Act[], response: ServerResponse): void {
  for (const act of acts) {
    switch (act.does) {
      case 'head':
        response.writeHead(act.status, act.headers);
        response.flushHeaders();
        break;
      case 'send':
        response.write(act.text);
        break;
      case 'stall':
        return;
      case 'end':
        response.end();
        return;
      case 'reset':
        // Only what was written before arrives; the reset itself must not overtake it.
        response.write('', () => setImmediate(() => response.socket?.resetAndDestroy()));
        return;
    }
  }
}

const STREAM: Act = { does: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } };

/** A stream of server-sent events that ends as `last` says. */
export function stream(frames: readonly string[], last: 'end' | 'stall' | 'reset' = 'end'): readonly Act[] {
  return [STREAM, ...frames.map((text): Act => ({ does: 'send', text })), { does: last }];
}

/** An answer that is no stream: a refusal, a page of a proxy. */
export function plain(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): readonly Act[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return [
    { does: 'head', status, headers: { 'content-type': 'application/json', ...headers } },
    { does: 'send', text },
    { does: 'end' },
  ];
}

/** Accepts the request and never says a word. */
export const SILENCE: readonly Act[] = [{ does: 'stall' }];

/** Breaks the connection instead of answering. */
export const HANG_UP: readonly Act[] = [{ does: 'reset' }];

/** A tool that the played model wants to be used. `input` may be a text that is no JSON. */
export interface FakeCall {
  readonly name: string;
  readonly input: object | string;
  readonly id?: string;
}

/** Its input as a stream brings it, in pieces that end anywhere. */
export function piecesOf({ input }: FakeCall): readonly string[] {
  return (typeof input === 'string' ? input : JSON.stringify(input)).match(/.{1,7}/gs) ?? [];
}

export function wordsOf(text: string): readonly string[] {
  return text.match(/\S+\s*|^\s+/g) ?? [];
}
