// Real: the database with the real migrations; SQLite on a file as well.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '#libs/kernel/index.js';
import { type Database, SqliteDatabase } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { migrations } from '#migrations/index.js';
import { DurableStore } from './durable.store.js';
import { type SharedStoreWorld, sharedStoreContract } from './shared-store.contract.js';

const options = { entities: [], migrations };

describe('the shared store in the database', () => {
  let database: Database;
  let world: SharedStoreWorld;

  beforeEach(async () => {
    database = await testDatabase(options);
    const clock = new ManualClock();
    world = { clock, start: () => new DurableStore(database, clock) };
  });
  afterEach(() => database.close());

  sharedStoreContract(() => world);

  it('gives the place of outlived values back as others are written', async () => {
    const space = world.start().space<number>('test.swept');
    for (let n = 0; n < 5; n += 1) await space.put(`old ${n}`, n, world.clock.now() + 1_000);
    await space.put('for ever', 0, null);
    world.clock.advance(120_000);
    await space.add('new', 1, world.clock.now() + 1_000);
    expect(await database.find('SELECT count(*) AS kept FROM shared_entry')).toEqual({ kept: 2 });
  });

  it('sweeps a mountain away in steps, without waiting between them', async () => {
    const store = world.start();
    const expiresAt = world.clock.now() + 1_000;
    const values = Array.from({ length: 1_200 }, (_, n) => store.space<number>('test.swept').put(`${n}`, n, expiresAt));
    await Promise.all(values);
    world.clock.advance(120_000);
    await store.space('test.swept').put('first', 1, null);
    await store.space('test.swept').put('second', 2, null);
    expect(await database.find('SELECT count(*) AS kept FROM shared_entry')).toEqual({ kept: 2 });
  });
});

describe('the shared store in a file', () => {
  let database: Database;
  let folder: string;
  let world: SharedStoreWorld;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'renum-shared-'));
    database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'renum.db') }, options);
    const clock = new ManualClock();
    world = { clock, start: () => new DurableStore(database, clock) };
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  sharedStoreContract(() => world);
});
