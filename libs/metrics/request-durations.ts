import type { Sample } from './exposition.js';

/** Seconds. 0.2 is the objective of the house: without its own boundary nobody could tell whether it is met. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const UNKNOWN_ROUTE = 'unknown';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** How many fell into each bucket alone; the last one is what lies above every bound. */
  readonly counts: number[];
  sumSeconds: number;
}

/**
 * How long requests took, by the pattern of their route. Written once a request, so it costs two look-ups and no
 * garbage: series are found by route, method and status, never by a hash of labels. As many series as there are routes.
 */
export class RequestDurations {
  readonly #byRoute = new Map<string, Map<string, Series[]>>();

  /** `route` is the pattern, undefined where none fits. */
  observe(route: string | undefined, method: string, status: number, seconds: number): void {
    const series = this.#series(route ?? UNKNOWN_ROUTE, METHODS.has(method) ? method : '_OTHER', status);
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sumSeconds += seconds;
  }

  samples(): readonly Sample[] {
    const all = [...this.#byRoute.values()].flatMap((byMethod) =>
      [...byMethod.values()].flatMap(Object.values<Series>),
    );
    return all.flatMap(samplesOf);
  }

  #series(route: string, method: string, status: number): Series {
    const byStatus = this.#byRoute.get(route)?.get(method);
    return byStatus?.[status] ?? this.#newSeries(route, method, status);
  }

  #newSeries(route: string, method: string, status: number): Series {
    const byMethod = this.#byRoute.get(route) ?? new Map<string, Series[]>();
    // Sparse: one slot for each status that was ever answered.
    const byStatus = byMethod.get(method) ?? [];
    const labels = { http_route: route, http_request_method: method, http_response_status_code: String(status) };
    const series = { labels, counts: Array<number>(BOUNDS.length + 1).fill(0), sumSeconds: 0 };
    this.#byRoute.set(route, byMethod.set(method, byStatus));
    byStatus[status] = series;
    return series;
  }
}

function samplesOf({ labels, counts, sumSeconds }: Series): readonly Sample[] {
  let upTo = 0;
  const buckets = counts.map((count, index): Sample => {
    upTo += count;
    const bound = BOUNDS[index];
    return { suffix: '_bucket', labels: { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, value: upTo };
  });
  return [...buckets, { suffix: '_sum', labels, value: sumSeconds }, { suffix: '_count', labels, value: upTo }];
}
