import { ManualClock } from '#libs/kernel/index.js';
import { ProcessCounters } from './process.counters.js';

describe('counters of one process', () => {
  const quota = { name: 'calls', hits: 2, windowMs: 60_000 };
  let clock: ManualClock;
  let counters: ProcessCounters;
  beforeEach(() => {
    clock = new ManualClock();
    counters = new ProcessCounters(clock);
  });
  const admitted = (key: string, of = quota): boolean => counters.hit(of, key).waitMs === 0;

  it('count keys apart, and the same key under another name', () => {
    expect([admitted('ada'), admitted('ada'), admitted('ada')]).toEqual([true, true, false]);
    expect(admitted('eve')).toBe(true);
    expect(admitted('ada', { ...quota, name: 'exports' })).toBe(true);
  });

  it('let on whoever waited', () => {
    for (let n = 0; n < 3; n += 1) admitted('ada');
    clock.advance(counters.hit(quota, 'ada').waitMs);
    expect(admitted('ada')).toBe(true);
  });

  it('are bounded, however many come', () => {
    for (let n = 0; n < 120_000; n += 1) counters.hit(quota, `k${n}`);
    expect(counters.count).toBeLessThanOrEqual(100_000);
  });
});
