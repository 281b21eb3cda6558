import { Adrift } from './adrift.js';

describe('what is adrift', () => {
  let adrift: Adrift;
  beforeEach(() => {
    adrift = new Adrift();
    adrift.add('a', 0);
  });

  /** When it is looked for, each time in vain, until nobody looks any more or `most` looks were made. */
  function looks(inVain: (id: string, now: number) => void, most: number): readonly number[] {
    const at: number[] = [];
    while (at.length < most && Number.isFinite(adrift.nextAt)) {
      const { nextAt } = adrift;
      expect(adrift.due(nextAt - 1)).toEqual([]);
      at.push(nextAt);
      for (const id of adrift.due(nextAt)) inVain(id, nextAt);
    }
    return at;
  }

  test('is looked for at once, then ever more rarely, for longer than a statement may take', () => {
    expect(looks((id, now) => adrift.missed(id, now), 100)).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
  });

  test('is never given up while nobody can say what became of it, and looked for every minute at least', () => {
    const at = looks((id, now) => adrift.unclear(id, now), 20);
    expect(at).toHaveLength(20);
    expect(Math.max(...at.map((now, index) => now - (at[index - 1] ?? 0)))).toBe(60_000);
  });

  test('is forgotten once it is found, and is one however often it is added', () => {
    adrift.add('a', 0);
    expect(adrift.due(0)).toEqual(['a']);
    adrift.found('a');
    expect(adrift.nextAt).toBe(Number.POSITIVE_INFINITY);
    adrift.missed('a', 0);
    adrift.unclear('a', 0);
    expect(adrift.due(1_000_000)).toEqual([]);
  });
});
