/** Who suffers when a dependency is away: every request, only executions, or only those who watch. */
export type Need = 'to-serve' | 'to-execute' | 'to-observe';

/** Why something is not as it should be, what that costs, and what mends it, in order. */
export interface Trouble {
  readonly because: string;
  readonly impact: string;
  readonly fix: readonly string[];
  /** It is there, but in a form that does not fit. */
  readonly conflict?: true;
}

/** What one look at a dependency found. Never a bare "no". What is up may still cost more than it should. */
export type Verdict =
  | { readonly status: 'up'; readonly advice?: Trouble }
  | ({ readonly status: 'degraded' | 'down' } & Trouble);

export type Status = Verdict['status'];

export function troubleIn(verdict: Verdict): Trouble | null {
  return verdict.status === 'up' ? (verdict.advice ?? null) : verdict;
}

/** What a single look brings home. */
export interface Finding {
  readonly verdict: Verdict;
  /** A version, a mode, an amount; null: nothing was found. */
  readonly found: string | null;
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
}

/** Which dependency, and what is asked of it. */
export interface Subject {
  readonly name: string;
  readonly needed: Need;
  /** A range of versions, or what the configuration asks for; null: whatever is there. */
  readonly required: string | null;
}

/** What is known of a dependency now. Instants are ms since 1970. */
export interface Observation extends Subject, Finding {
  /** The verdict stands since then. */
  readonly since: number;
  readonly checkedAt: number;
  readonly durationMs: number;
  /** Looks in a row that found it down. */
  readonly failures: number;
}

const FAILURES_TO_BE_DOWN = 2;

/**
 * Invariant: what was serving is `down` only from the second failed look in a row on (the first makes it `degraded`), so
 * one hiccup takes no server out of its balancer; one good look is enough to be up again. The very first look counts.
 */
export function settle(
  { name, needed, required }: Subject,
  previous: Observation | null,
  { verdict: seen, found, evidence }: Finding,
  { now, durationMs }: { readonly now: number; readonly durationMs: number },
): Observation {
  const failures = seen.status === 'down' ? (previous?.failures ?? 0) + 1 : 0;
  const isSpared = previous !== null && previous.verdict.status !== 'down' && failures < FAILURES_TO_BE_DOWN;
  const verdict: Verdict = seen.status === 'down' && isSpared ? { ...seen, status: 'degraded' } : seen;
  const since = previous?.verdict.status === verdict.status ? previous.since : now;
  return { name, needed, required, verdict, found, evidence, since, checkedAt: now, durationMs, failures };
}
