import type { RetryPolicy } from './plan.js';

/** A pause that the other side asked for is honoured up to an hour. */
const LONGEST_ASKED_MS = 3_600_000;

/**
 * When the attempt after `attempt` may begin; null: there is none. Exponential with equal jitter: between half and all
 * of min(cap, first * factor^(attempt - 1)). `jitter` is a random number from 0 to 1.
 */
export function retryAt(policy: RetryPolicy, attempt: number, now: number, jitter: number, askedMs = 0): number | null {
  if (attempt >= policy.attempts) return null;
  const pauseMs = Math.min(policy.capMs, policy.firstMs * policy.factor ** (attempt - 1));
  return now + Math.max(Math.round(pauseMs * (0.5 + jitter / 2)), Math.min(askedMs, LONGEST_ASKED_MS));
}

export function isRetryable(policy: RetryPolicy, code: string): boolean {
  return policy.on.some((one) => one === code);
}
