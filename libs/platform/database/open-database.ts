import { existsSync } from 'node:fs';
import type { Secret } from '#libs/kernel/index.js';
import {
  chooseDatabase,
  type DatabaseChoice,
  type Environment,
  fallback,
  type PostgresChoice,
} from './choose-database.js';
import { DataFolder } from './data-folder.js';
import { DatabaseUnusable, DataFolderUnwritable } from './database.errors.js';
import type { Database, DatabaseOptions } from './database.js';
import { awaitPostgres, type Patience } from './postgres.connection.js';
import { PostgresDatabase, type PostgresOptions } from './postgres.database.js';
import { SqliteDatabase } from './sqlite.database.js';

const PATIENCE_MS = 30_000;
/** How long the session of a server that was killed may take to be gone. */
const KILLED_MS = 5_000;

export interface ServerDatabase extends Omit<DatabaseOptions, 'folder'> {
  /** `DATABASE_URL` as configured. */
  readonly url: Secret | string | undefined;
  readonly dataDir: string;
  readonly env: Environment;
  /** How long to wait for a PostgreSQL that cannot be reached, in ms. */
  readonly waitMs?: number;
  /** Told what the start is waiting for. */
  readonly onWait?: (message: string) => void;
}

/**
 * What a server calls once, at its start: claims the data folder, decides where records live and opens that. Throws
 * `DataFolderInUse`, `DatabaseInUse` or `DatabaseUnusable` (all end the process with 78), or `DatabaseUnreachable` (1)
 * when PostgreSQL stays away. A database in memory, asked for or not, says so in `standing`.
 */
export async function openDatabase({
  url,
  dataDir,
  env,
  waitMs = PATIENCE_MS,
  onWait = () => undefined,
  ...options
}: ServerDatabase): Promise<Database> {
  const asked = chooseDatabase(url, dataDir);
  const { choice, folder } = settle(asked, dataDir, env);
  const all = folder ? { ...options, folder } : options;
  try {
    if (choice.mode !== 'postgres') return await SqliteDatabase.open(choice, all);
    return await openPostgres(choice, { ...all, claim: { waitMs: KILLED_MS } }, { waitMs, onWait });
  } catch (error) {
    folder?.release();
    throw error;
  }
}

/** Throws `DatabaseUnreachable`, `DatabaseUnusable` or `DatabaseInUse`. */
export async function openPostgres(
  choice: PostgresChoice,
  options: PostgresOptions,
  patience: Patience,
): Promise<PostgresDatabase> {
  await awaitPostgres(choice, patience);
  return PostgresDatabase.open(choice, options);
}

interface Settled {
  readonly choice: DatabaseChoice;
  readonly folder?: DataFolder;
}

/** Only an embedded database needs the folder; the others go without one that cannot be written. */
function settle(asked: DatabaseChoice, dataDir: string, env: Environment): Settled {
  try {
    return { choice: asked, folder: DataFolder.claim(dataDir) };
  } catch (error) {
    if (!(error instanceof DataFolderUnwritable)) throw error;
    if (asked.mode !== 'embedded') return { choice: asked };
    const choice = fallback(env, existsSync(asked.file), error.message);
    if (!choice) throw new DatabaseUnusable(asked.file, error);
    return { choice };
  }
}
