import { closeSync, openSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import type { LocalChoice } from './choose-database.js';
import type { Entities } from './database.js';
import { SnakeNames } from './snake-names.js';
import type { Handle } from './statements.js';
import { ReadingRunner, UnitRunner } from './unit-runner.js';

export interface SqliteConnection {
  readonly source: DataSource;
  readonly writing: Handle;
  /** In memory there is only one handle: a second would open another, empty database. */
  readonly reading: Handle;
  readonly newRunner: () => UnitRunner;
}

/** How long SQLite waits for a command that writes beside the server; the event loop waits with it. */
const BUSY_MS = 500;
const LARGEST_IDLE_LOG_BYTES = 64 * 1024 * 1024;
/** "RNUM" in every file of ours, so that a stranger's database is never taken for one. */
const APPLICATION_ID = 0x524e554d;

/** Opens TypeORM with its handle as the only one that writes, and everything outside a unit led to the reading one. */
export async function connect(choice: LocalChoice, entities: Entities): Promise<SqliteConnection> {
  let writing: Handle | undefined;
  if (choice.mode === 'embedded') makePrivate(choice.file);
  const source = new DataSource({
    type: 'better-sqlite3',
    database: choice.mode === 'embedded' ? choice.file : ':memory:',
    entities: [...entities],
    namingStrategy: new SnakeNames(),
    timeout: BUSY_MS,
    // The runners share compiled statements of their own.
    statementCacheSize: 0,
    prepareDatabase: (handle: Handle) => {
      writing = handle;
      prepare(handle);
    },
  });
  try {
    await source.initialize();
    if (!writing || !(source.driver instanceof BetterSqlite3Driver))
      throw new Error('TypeORM did not open better-sqlite3.');
    const reading = choice.mode === 'embedded' ? openReading(choice.file) : writing;
    source.driver.queryRunner = new ReadingRunner(source.driver, reading);
    return { source, writing, reading, newRunner: UnitRunner.sharing(source.driver, writing) };
  } catch (error) {
    writing?.close();
    throw error;
  }
}

/** Whoever may read this file reads everything; its log takes the same mode. */
function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

function prepare(handle: Handle): void {
  const tables = handle.prepare('SELECT count(*) FROM sqlite_master').pluck().get();
  const owner = handle.pragma('application_id', { simple: true });
  if (tables !== 0 && owner !== APPLICATION_ID) throw new Error('it belongs to another program.');

  if (tables === 0) {
    // Only an empty file takes this, and the write-ahead log would already write its first page.
    handle.pragma('auto_vacuum = INCREMENTAL');
    handle.pragma(`application_id = ${APPLICATION_ID}`);
  }
  handle.pragma('journal_mode = WAL');
  handle.pragma('synchronous = FULL');
  handle.pragma('foreign_keys = ON');
  // What is deleted is overwritten where its page is written anyway: erased keys and prompts do not stay behind in the file.
  handle.pragma('secure_delete = FAST');
  handle.pragma('temp_store = MEMORY');
  handle.pragma(`journal_size_limit = ${LARGEST_IDLE_LOG_BYTES}`);
  // SQLite opens a file that it may not write without a word, and fails at the first write.
  handle.exec('BEGIN IMMEDIATE; ROLLBACK');
}

function openReading(file: string): Handle {
  const handle = new BetterSqlite3(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  handle.pragma('temp_store = MEMORY');
  return handle;
}
