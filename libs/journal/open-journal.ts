import { type Database, SqliteDatabase } from '#libs/platform/database/index.js';
import type { Journal } from './journal.js';
import { SqliteJournal } from './sqlite.journal.js';

/** The journal in the words of the database that was chosen at the start. */
export function openJournal(database: Database): Journal {
  if (database instanceof SqliteDatabase) return new SqliteJournal(database);
  throw new Error('There is no journal for this database.');
}
