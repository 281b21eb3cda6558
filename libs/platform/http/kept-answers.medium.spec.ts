// Real: the database with the real migrations.
import { ManualClock } from '#libs/kernel/index.js';
import type { Database } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { migrations } from '#migrations/index.js';
import { type IdempotencyWorld, remembersKeys } from './idempotency.store.contract.js';
import { KeptAnswers } from './kept-answers.store.js';

describe('keys in the database', () => {
  let database: Database;
  let world: IdempotencyWorld;

  beforeEach(async () => {
    database = await testDatabase({ entities: [], migrations });
    const clock = new ManualClock();
    world = { clock, start: () => new KeptAnswers(database, clock) };
  });
  afterEach(() => database.close());

  remembersKeys(() => world);

  it('takes outlived keys away as new ones come', async () => {
    const store = world.start();
    for (let n = 0; n < 8; n += 1) await store.claim({ scope: 's', key: `old ${n}` }, 'h');
    world.clock.advance(25 * 3_600_000);
    for (let n = 0; n < 2; n += 1) await store.claim({ scope: 's', key: `new ${n}` }, 'h');
    expect(await database.find('SELECT count(*) AS kept FROM idempotency_key')).toEqual({ kept: 2 });
  });
});
