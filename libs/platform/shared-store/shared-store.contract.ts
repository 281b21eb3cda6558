import type { ManualClock } from '#libs/kernel/index.js';
import type { SharedStore, Space } from './shared-store.js';

export interface SharedStoreWorld {
  readonly clock: ManualClock;
  /** The store of a process that starts now, over what earlier ones left. */
  start(): SharedStore;
}

type Block = { readonly why: string; readonly count: number };

const BLOCK: Block = { why: 'guessing', count: 1 };
const WORSE: Block = { why: 'guessing', count: 2 };

/** What every shared store promises. */
export function sharedStoreContract(world: () => SharedStoreWorld): void {
  let clock: ManualClock;
  let blocks: Space<Block>;
  beforeEach(() => {
    clock = world().clock;
    blocks = world().start().space<Block>('test.block');
  });
  const inMs = (ms: number): number => clock.now() + ms;
  const valueAt = async (key: string, of = blocks): Promise<Block | undefined> => (await of.find(key))?.value;
  const keysOf = async (range: Parameters<typeof blocks.list>[0]): Promise<readonly string[]> =>
    (await blocks.list(range)).map(({ key }) => key);

  it('keeps a value as it is, for every process and across restarts', async () => {
    await blocks.put('a', BLOCK, inMs(1_000));
    const kept = { key: 'a', value: BLOCK, version: expect.any(String), expiresAt: inMs(1_000) };
    expect(await blocks.find('a')).toEqual(kept);
    expect(await world().start().space<Block>('test.block').find('a')).toEqual(kept);
    expect(await blocks.find('b')).toBeNull();
  });

  it('keeps spaces apart', async () => {
    await blocks.put('a', BLOCK, null);
    const others = world().start().space<Block>('test.other');
    expect(await others.find('a')).toBeNull();
    expect(await others.add('a', WORSE, null)).toBe(true);
    expect(await others.delete('a')).toBe(true);
    expect(await valueAt('a')).toEqual(BLOCK);
  });

  it('puts over whatever was there', async () => {
    await blocks.put('a', BLOCK, null);
    const before = await blocks.find('a');
    await blocks.put('a', WORSE, inMs(5));
    const after = await blocks.find('a');
    expect(after).toMatchObject({ value: WORSE, expiresAt: inMs(5) });
    expect(after?.version).not.toBe(before?.version);
  });

  it('lets exactly one of many at once add', async () => {
    const others = Array.from({ length: 20 }, () => world().start().space<Block>('test.block'));
    const added = await Promise.all(others.map((space, count) => space.add('a', { why: 'race', count }, null)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await valueAt('a')).toEqual({ why: 'race', count: added.indexOf(true) });
  });

  it('replaces only what nobody has written since it was read', async () => {
    await blocks.put('a', BLOCK, null);
    const seen = await blocks.find('a');
    if (!seen) throw new Error('it was put');
    const tries = await Promise.all(Array.from({ length: 10 }, () => blocks.replace(seen, WORSE, inMs(9))));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await blocks.find('a')).toMatchObject({ value: WORSE, expiresAt: inMs(9) });
  });

  it('does not take a later life of a key for the one that was read', async () => {
    await blocks.put('a', BLOCK, null);
    const seen = await blocks.find('a');
    if (!seen) throw new Error('it was put');
    await blocks.delete('a');
    expect(await blocks.replace(seen, WORSE, null)).toBe(false);
    await blocks.add('a', BLOCK, null);
    expect(await blocks.replace(seen, WORSE, null)).toBe(false);
    expect(await valueAt('a')).toEqual(BLOCK);
  });

  it('has nothing of what is outlived, from the very moment', async () => {
    await blocks.put('a', BLOCK, inMs(1_000));
    const seen = await blocks.find('a');
    if (!seen) throw new Error('it was put');
    clock.advance(999);
    expect(await blocks.add('a', WORSE, null)).toBe(false);
    clock.advance(1);
    expect(await blocks.find('a')).toBeNull();
    expect(await blocks.list({ limit: 10 })).toEqual([]);
    expect(await blocks.delete('a')).toBe(false);
    expect(await blocks.replace(seen, WORSE, null)).toBe(false);
    expect(await blocks.add('a', WORSE, null)).toBe(true);
    expect(await valueAt('a')).toEqual(WORSE);
  });

  it('deletes once', async () => {
    await blocks.put('a', BLOCK, null);
    expect(await blocks.delete('a')).toBe(true);
    expect(await blocks.delete('a')).toBe(false);
    expect(await blocks.find('a')).toBeNull();
  });

  it('lists keys with a prefix, page by page, and takes nothing in it for a pattern', async () => {
    for (const key of ['ip:1', 'ip:2', 'ip:3', 'user:%', 'user:_', 'user:a', 'üser:🙂1']) {
      await blocks.put(key, BLOCK, null);
    }
    expect(await keysOf({ prefix: 'ip:', limit: 2 })).toEqual(['ip:1', 'ip:2']);
    expect(await keysOf({ prefix: 'ip:', after: 'ip:2', limit: 2 })).toEqual(['ip:3']);
    expect(await keysOf({ prefix: 'user:%', limit: 10 })).toEqual(['user:%']);
    expect(await keysOf({ prefix: 'user:_', limit: 10 })).toEqual(['user:_']);
    expect(await keysOf({ prefix: 'üser:🙂', limit: 10 })).toEqual(['üser:🙂1']);
    expect(await keysOf({ prefix: 'none', limit: 10 })).toEqual([]);
    expect(await keysOf({ limit: 10 })).toHaveLength(7);
  });
}
