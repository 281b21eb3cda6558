import fc from 'fast-check';
import type { RetryPolicy } from './plan.js';
import { isRetryable, retryAt } from './retry.js';

const POLICY: RetryPolicy = { attempts: 4, firstMs: 1_000, factor: 3, capMs: 5_000, on: ['timeout', 'network'] };
const NOW = 1_000_000;
const HOUR_MS = 3_600_000;

describe('the pause before the next attempt', () => {
  it('grows by the factor up to the cap', () => {
    const pauses = [1, 2, 3].map((attempt) => Number(retryAt(POLICY, attempt, NOW, 1)) - NOW);
    expect(pauses).toEqual([1_000, 3_000, 5_000]);
  });

  it('is spread over its second half', () => {
    expect([0, 0.5, 1].map((jitter) => retryAt(POLICY, 2, NOW, jitter))).toEqual([
      NOW + 1_500,
      NOW + 2_250,
      NOW + 3_000,
    ]);
  });

  it('is whole milliseconds', () => {
    expect(retryAt({ ...POLICY, firstMs: 333 }, 1, NOW, 0.1)).toBe(NOW + 183);
  });

  it('is not there once all attempts are used', () => {
    expect(retryAt(POLICY, 4, NOW, 1)).toBeNull();
    expect(retryAt(POLICY, 9, NOW, 1)).toBeNull();
    expect(retryAt({ ...POLICY, attempts: 1 }, 1, NOW, 1)).toBeNull();
  });

  it('is as long as the other side asked for, if that is longer', () => {
    expect(retryAt(POLICY, 1, NOW, 1, 30_000)).toBe(NOW + 30_000);
    expect(retryAt(POLICY, 1, NOW, 1, 300)).toBe(NOW + 1_000);
  });

  it('is an hour at most, whatever the other side asked for', () => {
    expect(retryAt(POLICY, 1, NOW, 1, 24 * HOUR_MS)).toBe(NOW + HOUR_MS);
  });

  it('never leaves its bounds', () => {
    const anyPolicy = fc.record({
      attempts: fc.integer({ min: 1, max: 10 }),
      firstMs: fc.nat(60_000),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      capMs: fc.nat(600_000),
      on: fc.constant([]),
    });
    const jitter = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 12 }), jitter, (policy, attempt, chance) => {
        const at = retryAt(policy, attempt, NOW, chance);
        const isOver = attempt >= policy.attempts;
        return isOver ? at === null : at !== null && at >= NOW && at <= NOW + policy.capMs;
      }),
    );
  });
});

describe('what is tried again', () => {
  it('is what the policy names and nothing else', () => {
    expect(['timeout', 'network', 'rate_limit', 'invalid'].map((code) => isRetryable(POLICY, code))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isRetryable({ ...POLICY, on: [] }, 'timeout')).toBe(false);
  });
});
