import { type Database, type DatabaseOptions, SqliteDatabase } from '../index.js';

/** An empty database of its own for one test, in memory. */
export function testDatabase(options: Pick<DatabaseOptions, 'entities' | 'migrations'>): Promise<Database> {
  return SqliteDatabase.open({ mode: 'ephemeral', reason: 'a test' }, options);
}
