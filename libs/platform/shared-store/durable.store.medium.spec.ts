// Real: SQLite in memory and on a file, and PostgreSQL, each with the real migrations.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '#libs/kernel/index.js';
import { type Database, PostgresDatabase, SqliteDatabase } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { migrations } from '#migrations/index.js';
import { DurableStore } from './durable.store.js';
import { type SharedStoreWorld, sharedStoreContract } from './shared-store.contract.js';

const options = { entities: [], migrations };

interface Place {
  readonly database: Database;
  readonly leave: () => Promise<void> | void;
}

async function inMemory(): Promise<Place> {
  return { database: await testDatabase(options), leave: () => undefined };
}

async function onFile(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'renum-shared-'));
  const database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'renum.db') }, options);
  return { database, leave: () => rmSync(folder, { recursive: true, force: true }) };
}

async function onPostgres(): Promise<Place> {
  const place = await testPostgres();
  return { database: await PostgresDatabase.open(place.choice, options), leave: () => place.release() };
}

describe.each([
  ['SQLite in memory', inMemory],
  ['SQLite on a file', onFile],
  ['PostgreSQL', onPostgres],
])('the shared store (%s)', (_, open) => {
  let place: Place;
  let world: SharedStoreWorld;

  beforeEach(async () => {
    place = await open();
    const clock = new ManualClock();
    world = { clock, start: () => new DurableStore(place.database, clock) };
  });
  afterEach(async () => {
    await place.database.close();
    await place.leave();
  });
  const kept = async (): Promise<number> => {
    const row = await place.database.find<{ kept: number }>('SELECT count(*) AS kept FROM shared_entry');
    return Number(row?.kept);
  };

  sharedStoreContract(() => world);

  it('gives the place of outlived values back as others are written', async () => {
    const space = world.start().space<number>('test.swept');
    for (let n = 0; n < 5; n += 1) await space.put(`old ${n}`, n, world.clock.now() + 1_000);
    await space.put('for ever', 0, null);
    world.clock.advance(120_000);
    await space.add('new', 1, world.clock.now() + 1_000);
    expect(await kept()).toBe(2);
  });

  it('sweeps a mountain away in steps, without waiting between them', async () => {
    const space = world.start().space<number>('test.swept');
    const expiresAt = world.clock.now() + 1_000;
    await Promise.all(Array.from({ length: 1_200 }, (_, n) => space.put(`${n}`, n, expiresAt)));
    world.clock.advance(120_000);
    await space.put('first', 1, null);
    await space.put('second', 2, null);
    expect(await kept()).toBe(2);
  });
});
