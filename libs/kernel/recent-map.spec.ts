import { RecentMap } from './recent-map.js';

describe('RecentMap', () => {
  const filled = (most: number, keys: readonly string[]): RecentMap<string> => {
    const map = new RecentMap<string>(most);
    for (const key of keys) map.set(key, key.toUpperCase());
    return map;
  };

  it('keeps the last ones, and never more than twice as many', () => {
    const keys = Array.from({ length: 1_000 }, (_, n) => `k${n}`);
    const map = filled(10, keys);
    expect(map.size).toBeLessThanOrEqual(20);
    for (const key of keys.slice(-10)) expect(map.get(key)).toBe(key.toUpperCase());
    expect(map.get('k0')).toBeUndefined();
  });

  it('keeps what is asked for, however many come', () => {
    const map = filled(2, ['a']);
    for (const key of ['b', 'c', 'd', 'e', 'f']) {
      map.set(key, key);
      expect(map.get('a')).toBe('A');
    }
  });

  it('holds a key once: the last value counts, in either generation', () => {
    const map = filled(2, ['a', 'b', 'c']);
    map.set('a', 'new');
    expect(map.get('a')).toBe('new');
    expect(map.size).toBe(3);
    map.set('a', 'newer');
    expect(map.get('a')).toBe('newer');
  });

  it('forgets one, or all that are so, in both generations', () => {
    const map = filled(2, ['a', 'b', 'c', 'd']);
    map.delete('a');
    map.deleteWhere((value) => value === 'B' || value === 'D');
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([undefined, undefined, 'C', undefined]);
  });
});
