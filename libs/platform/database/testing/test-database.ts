import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type DatabaseOptions, PostgresDatabase, SqliteDatabase } from '../index.js';
import { testPostgres } from './test-postgres.js';
import { testedOn } from './tested-on.js';

type Wanted = Pick<DatabaseOptions, 'entities' | 'migrations'>;

/** An empty database of its own for one test: in memory, or where `RENUM_TEST_DATABASE` says. Closed, it is gone. */
export async function testDatabase(options: Wanted): Promise<Database> {
  switch (testedOn) {
    case undefined:
    case 'memory':
      return SqliteDatabase.open({ mode: 'ephemeral', reason: 'a test' }, options);
    case 'embedded': {
      const folder = mkdtempSync(join(tmpdir(), 'renum-test-'));
      const database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'renum.db') }, options);
      return goneWhenClosed(database, () => rmSync(folder, { recursive: true, force: true }));
    }
    case 'postgres': {
      const place = await testPostgres();
      // Alone on it, as a server is.
      const database = await PostgresDatabase.open(place.choice, { ...options, claim: { waitMs: 0 } });
      return goneWhenClosed(database, () => place.release());
    }
  }
}

function goneWhenClosed(database: Database, remove: () => Promise<void> | void): Database {
  const close = database.close.bind(database);
  let closing: Promise<void> | undefined;
  database.close = () => {
    closing ??= close().then(remove);
    return closing;
  };
  return database;
}
