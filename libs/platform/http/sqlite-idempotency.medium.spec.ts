// Real: SQLite in memory with the real migrations.
import { ManualClock } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { migrations } from '#migrations/index.js';
import { type IdempotencyWorld, remembersKeys } from './idempotency.store.contract.js';
import { SqliteIdempotencyStore } from './sqlite-idempotency.store.js';

describe('keys in SQLite', () => {
  let database: Database;
  let world: IdempotencyWorld;

  beforeEach(async () => {
    database = await Database.open({ mode: 'ephemeral', reason: 'a test' }, { entities: [], migrations });
    const clock = new ManualClock();
    world = { clock, start: () => new SqliteIdempotencyStore(database, clock) };
  });
  afterEach(() => database.close());

  remembersKeys(() => world);

  it('takes outlived keys away as new ones come', async () => {
    const store = world.start();
    for (let n = 0; n < 8; n += 1) await store.claim({ scope: 's', key: `old ${n}` }, 'h');
    world.clock.advance(25 * 3_600_000);
    for (let n = 0; n < 2; n += 1) await store.claim({ scope: 's', key: `new ${n}` }, 'h');
    expect(database.reader.prepared('SELECT count(*) AS rows FROM idempotency_key').get()).toEqual({ rows: 2 });
  });
});
