import autocannon from 'autocannon';
import { type Call, Caller } from './caller.js';
import { percentile } from './statistics.js';

/** So many calls in flight all the time, for so long or until so many are done. */
export interface Calls {
  readonly kind: 'calls';
  readonly call: Call;
  readonly inFlight: number;
  readonly until: { readonly ms: number } | { readonly count: number };
  /** Every answer must hold this text: a fast refusal is no result. */
  readonly expect: string;
}

/** One GET over and over on each of `connections`. */
export interface Reads {
  readonly kind: 'reads';
  readonly call: Call;
  readonly connections: number;
  readonly ms: number;
}

export interface Load {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly perSecond: number;
  readonly count: number;
}

export async function callAgain({ call, inFlight, until, expect }: Calls): Promise<Load> {
  const latenciesMs: number[] = [];
  const callers = Array.from({ length: inFlight }, () => new Caller());
  const began = performance.now();
  let left = 'count' in until ? until.count : Number.POSITIVE_INFINITY;
  const deadline = 'ms' in until ? began + until.ms : Number.POSITIVE_INFINITY;

  async function keepCalling(caller: Caller): Promise<void> {
    while (left-- > 0 && performance.now() < deadline) {
      const since = performance.now();
      const answer = await caller.call(call);
      latenciesMs.push(performance.now() - since);
      if (!answer.includes(expect)) throw new Error(`An answer lacks ${expect}: ${answer.slice(0, 500)}`);
    }
  }

  await Promise.all(callers.map(keepCalling));
  const seconds = (performance.now() - began) / 1_000;
  for (const caller of callers) caller.close();
  return loadOf(latenciesMs, seconds);
}

function loadOf(latenciesMs: readonly number[], seconds: number): Load {
  return {
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    perSecond: latenciesMs.length / seconds,
    count: latenciesMs.length,
  };
}

export async function readAgain({ call, connections, ms }: Reads): Promise<Load> {
  const latenciesMs: number[] = [];
  const running = autocannon({
    url: call.url,
    headers: call.headers,
    connections,
    duration: ms / 1_000,
    sampleInt: 100,
  });
  running.on('response', (_client, _status, _bytes, tookMs) => latenciesMs.push(tookMs));
  const { non2xx, errors, requests, duration } = await running;
  if (non2xx > 0 || errors > 0)
    throw new Error(`${non2xx} of ${requests.total} reads of ${call.url} were refused, ${errors} failed.`);
  return loadOf(latenciesMs, duration);
}
