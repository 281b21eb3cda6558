import fc from 'fast-check';
import { hit, type Quota, type Window } from './sliding-window.js';

const quotas = fc.record({ hits: fc.integer({ min: 1, max: 50 }), windowMs: fc.integer({ min: 10, max: 60_000 }) });
/** Milliseconds between hits: rushes, trickles and pauses. */
const pauses = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 2_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 200_000 }) },
  ),
  { maxLength: 400 },
);
const fresh = (startedAt = 0): Window => ({ startedAt, hits: 0, before: 0 });

function admittedAt(quota: Quota, gaps: readonly number[]): readonly number[] {
  const window = fresh();
  let now = 0;
  return gaps.flatMap((gap) => {
    now += gap;
    return hit(window, quota, now).waitMs === 0 ? [now] : [];
  });
}

describe('a sliding window', () => {
  it('never admits more than n + 1 quotas within n windows', () => {
    fc.assert(
      fc.property(quotas, pauses, fc.integer({ min: 1, max: 4 }), (quota, gaps, windows) => {
        const times = admittedAt(quota, gaps);
        for (const from of times) {
          const within = times.filter((at) => at >= from && at < from + windows * quota.windowMs);
          expect(within.length).toBeLessThanOrEqual((windows + 1) * quota.hits);
        }
      }),
    );
  });

  it('admits exactly the quota in the first window, however the hits fall', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 500 }), (quota, extra) => {
        const window = fresh();
        const tries = quota.hits + extra;
        const hits = Array.from({ length: tries }, (_, n) =>
          hit(window, quota, Math.floor((n * quota.windowMs) / tries)),
        );
        expect(hits.filter(({ waitMs }) => waitMs === 0)).toHaveLength(quota.hits);
      }),
    );
  });

  it('admits whoever waited as long as it was told, and nobody sooner', () => {
    fc.assert(
      fc.property(quotas, pauses, (quota, gaps) => {
        const window = fresh();
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          const { waitMs } = hit(window, quota, now);
          if (waitMs === 0) continue;
          const waitedFor = (ms: number): number => hit({ ...window }, quota, now + ms).waitMs;
          expect([waitedFor(waitMs - 1), waitedFor(waitMs)]).toEqual([1, 0]);
        }
      }),
    );
  });

  it('tells how many are left and when the window ends', () => {
    const window = fresh(1_000);
    const quota = { hits: 3, windowMs: 60_000 };
    expect(hit(window, quota, 1_000)).toEqual({ waitMs: 0, remaining: 2, resetMs: 60_000 });
    expect(hit(window, quota, 11_000)).toEqual({ waitMs: 0, remaining: 1, resetMs: 50_000 });
    expect(hit(window, quota, 21_000)).toEqual({ waitMs: 0, remaining: 0, resetMs: 40_000 });
    expect(hit(window, quota, 31_000)).toEqual({ waitMs: 30_001, remaining: 0, resetMs: 30_000 });
  });

  it('holds nobody up because the clock was set back', () => {
    const window = fresh(3_600_000);
    const quota = { hits: 2, windowMs: 1_000 };
    hit(window, quota, 3_600_000);
    expect(hit(window, quota, 0)).toEqual({ waitMs: 0, remaining: 0, resetMs: 1_000 });
    expect(hit(window, quota, 0).waitMs).toBe(1_001);
  });
});
