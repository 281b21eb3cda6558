import { LeakyBuckets } from './leaky-buckets.js';

describe('LeakyBuckets', () => {
  it('holds its capacity, then one for every leak', () => {
    const buckets = new LeakyBuckets({ capacity: 3, leakMs: 100 });
    for (let n = 0; n < 3; n += 1) {
      expect(buckets.waitMs('a', 0)).toBe(0);
      buckets.add('a', 0);
    }
    expect(buckets.waitMs('a', 0)).toBe(100);
    expect(buckets.waitMs('a', 60)).toBe(40);
    expect(buckets.waitMs('a', 100)).toBe(0);
    expect(buckets.waitMs('b', 0)).toBe(0);
  });

  it('takes one back, or all', () => {
    const buckets = new LeakyBuckets({ capacity: 2, leakMs: 100 });
    for (const name of ['a', 'a', 'b', 'b', 'c']) buckets.add(name, 0);
    buckets.takeBack('a', 0);
    buckets.empty('b');
    buckets.takeBack('c', 0);
    expect(['a', 'b', 'c'].map((name) => buckets.waitMs(name, 0))).toEqual([0, 0, 0]);
    expect(buckets.count).toBe(1);
  });

  it('is bounded: the longest unused goes first', () => {
    const buckets = new LeakyBuckets({ capacity: 1, leakMs: 100 }, 2);
    for (const name of ['a', 'b', 'a', 'c']) buckets.add(name, 0);
    expect(buckets.count).toBe(2);
    expect(buckets.waitMs('b', 0)).toBe(0);
    expect(buckets.waitMs('a', 0)).toBeGreaterThan(0);
  });
});
