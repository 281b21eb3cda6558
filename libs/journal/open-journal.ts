import { type Clock, SystemClock } from '#libs/kernel/index.js';
import { type Database, PostgresDatabase, SqliteDatabase } from '#libs/platform/database/index.js';
import type { Journal } from './journal.js';
import { PostgresJournal } from './postgres.journal.js';
import { SqliteJournal } from './sqlite.journal.js';

/** The journal in the words of the database that was chosen at the start. */
export function openJournal(database: Database, clock: Clock = new SystemClock()): Journal {
  if (database instanceof SqliteDatabase) return new SqliteJournal(database);
  if (database instanceof PostgresDatabase) return new PostgresJournal(database, clock);
  throw new Error('There is no journal for this database.');
}
