import { Remembered } from './remembered.js';

describe('Remembered', () => {
  let work: { edition: number | null };
  let remembered: Remembered<string>;
  let asked: string[];

  beforeEach(() => {
    work = { edition: 1 };
    remembered = new Remembered(work);
    asked = [];
  });

  const get = (key: string, value: string | null = key.toUpperCase(), size = 1) =>
    remembered.get(key, async () => {
      asked.push(key);
      return value === null ? null : { value, size };
    });

  it('asks once for each key while no unit ends', async () => {
    expect([await get('ada 1'), await get('ada 1'), await get('eve 1')]).toEqual(['ADA 1', 'ADA 1', 'EVE 1']);
    expect(asked).toEqual(['ada 1', 'eve 1']);
  });

  it('asks again after a unit has ended', async () => {
    await get('a', 'old');
    work.edition = 2;
    expect(await get('a', 'new')).toBe('new');
    expect(await get('a', 'newest')).toBe('new');
  });

  it('hands out, but does not keep, what was read while a unit ended', async () => {
    const read = remembered.get('a', async () => {
      work.edition = 2;
      return { value: 'old', size: 1 };
    });
    expect(await read).toBe('old');
    expect(await get('a', 'new')).toBe('new');
  });

  it('keeps nothing where other processes write', async () => {
    work.edition = null;
    expect([await get('a', 'old'), await get('a', 'new')]).toEqual(['old', 'new']);
  });

  it('asks every time for what is not there, and for what is large', async () => {
    expect([await get('a', null), await get('a')]).toEqual([null, 'A']);
    await get('b', 'B', 32 * 1024 + 1);
    await get('b', 'B', 32 * 1024);
    await get('b');
    expect(asked).toEqual(['a', 'a', 'b', 'b']);
  });

  it('keeps no more than some', async () => {
    for (let n = 0; n < 1_000; n += 1) await get(`k${n}`);
    await get('k0');
    expect(asked).toHaveLength(1_001);
  });
});
