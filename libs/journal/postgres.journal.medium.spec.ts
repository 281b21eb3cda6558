// Real: PostgreSQL, with this release's tables.

import { SystemClock } from '#libs/kernel/index.js';
import { PostgresDatabase } from '#libs/platform/database/index.js';
import { testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { migrations } from '#migrations/index.js';
import { requires } from '../../test/requires.js';
import { journalContract } from './journal.contract.js';
import { PostgresJournal } from './postgres.journal.js';

requires('postgres').describe('PostgreSQL', () => {
  journalContract('every append a function', async () => {
    const place = await testPostgres();
    const database = await PostgresDatabase.open(place.choice, { entities: [], migrations });
    const journal = new PostgresJournal(database, new SystemClock());
    await journal.join('me');
    const close = async (): Promise<void> => {
      await journal.leave('me');
      await database.close();
      await place.release();
    };
    const audited = async (): Promise<readonly string[]> => {
      const rows = await database.all<{ type: string }>('SELECT event_type AS type FROM audit_event ORDER BY seq');
      return rows.map(({ type }) => type);
    };
    return { journal, owner: 'me', dead: 'my predecessor', audited, close };
  });
});
