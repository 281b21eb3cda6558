import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { type EgressRules, mayConnect, refusalOf } from './egress.js';
import { OutboundFailed, TargetRefused } from './outbound.errors.js';

export interface OutboundRequest {
  readonly method: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

export type Resolve = (hostname: string) => Promise<readonly string[]>;

const LARGEST_ANSWER = 10 * 1024 * 1024;
const CONNECT_MS = 10_000;

/**
 * The way out to what users name: their agents' addresses. Every address a name resolves to is judged and the
 * connection goes to exactly those (so a name that changes its mind leads nowhere), redirects are answers like any
 * other, and an answer above 10 MiB is cut. Operators' own targets (model providers) do not come through here.
 */
export class Outbound {
  #agent: Promise<Agent> | undefined;

  constructor(
    readonly rules: EgressRules,
    private readonly resolve: Resolve = everyAddress,
  ) {}

  /** What is wrong with a URL that somebody wants to keep; null: nothing that its text shows. */
  refusalOf(url: string): string | null {
    return refusalOf(url, this.rules);
  }

  /**
   * Resolves with any answer, whatever its status. Throws `TargetRefused`, or `OutboundFailed` when nothing usable came;
   * when `signal` aborts, the connection is closed and its reason is thrown.
   */
  async send(url: string, { method, headers, body, signal }: OutboundRequest): Promise<OutboundAnswer> {
    const refusal = this.refusalOf(url);
    if (refusal) throw new TargetRefused(refusal);
    const { origin, pathname, search } = new URL(url);
    try {
      this.#agent ??= this.#open();
      const answer = await (await this.#agent).request({
        origin,
        path: pathname + search,
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        body: body ?? null,
        signal,
        // How long an agent may think is the caller's affair: its signal ends the wait.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { status: answer.statusCode, headers: answer.headers, body: await readAll(answer.body) };
    } catch (error) {
      throw told(error, signal);
    }
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }

  /** Loaded with the first call: most servers never make one, and the library is a twentieth of what they would hold. */
  async #open(): Promise<Agent> {
    const { Agent, buildConnector } = await import('undici');
    const connect = (options: buildConnector.Options, callback: buildConnector.Callback): void => {
      const url = { hostname: options.hostname, port: options.port, protocol: options.protocol };
      buildConnector({ timeout: CONNECT_MS, lookup: this.#guarded(url) })(options, callback);
    };
    return new Agent({ connect, pipelining: 1 });
  }

  #guarded(url: Target): LookupFunction {
    const addressesOf = callbackify((hostname: string) => this.#addressesOf(hostname, url));
    return (hostname, { all }, callback) => {
      addressesOf(hostname, (error, addresses) => {
        if (error) return callback(error, '', 4);
        if (all) return callback(null, [...addresses]);
        callback(null, addresses[0].address, addresses[0].family);
      });
    };
  }

  /** All of them or none: a name with one private address among public ones is a trick. */
  async #addressesOf(hostname: string, url: Target): Promise<readonly [Address, ...Address[]]> {
    const [first, ...others] = await this.resolve(hostname);
    const mayReach = (address: string): boolean => mayConnect(address, url, this.rules);
    if (first === undefined || ![first, ...others].every(mayReach)) {
      throw new TargetRefused('leads into a private network');
    }
    return [withFamily(first), ...others.map(withFamily)];
  }
}

type Target = Pick<URL, 'hostname' | 'port' | 'protocol'>;

interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

async function everyAddress(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

function withFamily(address: string): Address {
  return { address, family: address.includes(':') ? 6 : 4 };
}

async function readAll(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new OutboundFailed('too-large', 'The answer is larger than 10 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What went wrong in words that show no address and no header. */
function told(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof OutboundFailed || error instanceof TargetRefused) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new OutboundFailed('timeout', 'The address could not be reached in time.', error);
  }
  return new OutboundFailed('network', 'The address could not be reached, or closed the connection.', error);
}
