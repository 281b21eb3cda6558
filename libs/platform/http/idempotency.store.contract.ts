import { ManualClock } from '#libs/kernel/index.js';
import type { IdempotencyStore } from './index.js';

export interface IdempotencyWorld {
  readonly clock: ManualClock;
  /** The store of a process that starts now, over what earlier ones left. */
  start(): IdempotencyStore;
}

const KEY = { scope: 'ada POST /notes', key: 'k' };
const ANSWER = { status: 201, headers: { location: '/notes/1' }, body: '{"id":"1"}' };

/** What every memory of keys promises. */
export function remembersKeys(world: () => IdempotencyWorld): void {
  let store: IdempotencyStore;
  beforeEach(() => {
    store = world().start();
  });

  const idOf = async (of: IdempotencyStore = store): Promise<string> => {
    const claim = await of.claim(KEY, 'h');
    if (claim.kind !== 'fresh') throw new Error(`expected a fresh claim, got ${claim.kind}`);
    return claim.resourceId;
  };

  it('lets exactly one of many at once through', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(KEY, 'h')));
    expect(claims.filter(({ kind }) => kind === 'fresh')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
  });

  it('replays a completed answer whole, also after a restart', async () => {
    await idOf();
    await store.complete(KEY, ANSWER);
    const replay = { kind: 'replay', answer: ANSWER };
    expect(await store.claim(KEY, 'h')).toEqual(replay);
    expect(await world().start().claim(KEY, 'h')).toEqual(replay);
  });

  it('refuses another body, whether the first is running or done', async () => {
    await idOf();
    expect(await store.claim(KEY, 'other')).toEqual({ kind: 'reused' });
    await store.complete(KEY, ANSWER);
    expect(await store.claim(KEY, 'other')).toEqual({ kind: 'reused' });
  });

  it('hands a dead process’s claim out again with the same id', async () => {
    const id = await idOf();
    expect(await idOf(world().start())).toBe(id);
  });

  it('does not let a process that lost its claim answer for the one that has it', async () => {
    await idOf();
    const next = world().start();
    await idOf(next);
    await store.complete(KEY, ANSWER);
    await store.release(KEY, false);
    expect(await next.claim(KEY, 'h')).toEqual({ kind: 'busy' });
  });

  it('forgets a released key, or keeps its id where the try may have created something', async () => {
    const id = await idOf();
    await store.release(KEY, true);
    expect(await idOf()).toBe(id);
    await store.release(KEY, false);
    const claim = await store.claim(KEY, 'another body');
    expect(claim).toEqual({ kind: 'fresh', resourceId: expect.any(String) });
    expect(claim).not.toMatchObject({ resourceId: id });
  });

  it('keeps scopes and keys apart', async () => {
    await idOf();
    expect((await store.claim({ ...KEY, scope: 'eve POST /notes' }, 'x')).kind).toBe('fresh');
    expect((await store.claim({ ...KEY, key: 'l' }, 'x')).kind).toBe('fresh');
  });

  it('remembers for 24 hours and no longer', async () => {
    const id = await idOf();
    await store.complete(KEY, ANSWER);
    world().clock.advance(24 * 3_600_000 - 1);
    expect((await store.claim(KEY, 'h')).kind).toBe('replay');
    world().clock.advance(1);
    expect(await idOf()).not.toBe(id);
  });
}
