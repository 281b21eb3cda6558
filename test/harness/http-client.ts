/** An answer, read to its end. `body` is parsed when it is JSON, text otherwise. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer it states by expecting it
export interface Answer<T = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Asking {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Real HTTP against one server. Follows no redirects and never throws for a status. */
export class HttpClient {
  constructor(
    readonly url: string,
    private readonly token?: string,
  ) {}

  /** What it shows; for sockets, which take it in their address. */
  get bearer(): string | undefined {
    return this.token;
  }

  /** The same server, as somebody. */
  as(token: string): HttpClient {
    return new HttpClient(this.url, token);
  }

  get(path: string, asking?: Asking): Promise<Answer> {
    return this.ask('GET', path, asking);
  }

  post(path: string, body?: unknown, asking: Asking = {}): Promise<Answer> {
    return this.ask('POST', path, { ...asking, body });
  }

  put(path: string, body?: unknown, asking: Asking = {}): Promise<Answer> {
    return this.ask('PUT', path, { ...asking, body });
  }

  delete(path: string, asking?: Asking): Promise<Answer> {
    return this.ask('DELETE', path, asking);
  }

  async ask(method: string, path: string, asking: Asking = {}): Promise<Answer> {
    const response = await this.raw(method, path, asking);
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  /** For streams: the body is not read. */
  raw(method: string, path: string, { token = this.token, headers, body, signal }: Asking = {}): Promise<Response> {
    return fetch(new URL(path, this.url), {
      method,
      redirect: 'manual',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }
}
