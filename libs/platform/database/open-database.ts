import { existsSync } from 'node:fs';
import { chooseDatabase, type Environment, fallback, type LocalChoice } from './choose-database.js';
import { DataFolder } from './data-folder.js';
import { DatabaseUnusable, DataFolderUnwritable } from './database.errors.js';
import type { Database, DatabaseOptions } from './database.js';
import { SqliteDatabase } from './sqlite.database.js';

export interface ServerDatabase extends Omit<DatabaseOptions, 'folder'> {
  /** `DATABASE_URL` as configured. */
  readonly url: string | undefined;
  readonly dataDir: string;
  readonly env: Environment;
}

/**
 * What a server calls once, at its start: claims the data folder, decides where records live and opens that. Throws
 * `DataFolderInUse` or `DatabaseUnusable` (both end the process with 78). A database in memory, asked for or not, says
 * so in `standing`; where it was asked for, a folder that cannot be written is no obstacle.
 */
export async function openDatabase({ url, dataDir, env, ...options }: ServerDatabase): Promise<Database> {
  const asked = chooseDatabase(url, dataDir);
  const { choice, folder } = settle(asked, dataDir, env);
  try {
    return await SqliteDatabase.open(choice, folder ? { ...options, folder } : options);
  } catch (error) {
    folder?.release();
    throw error;
  }
}

interface Settled {
  readonly choice: LocalChoice;
  readonly folder?: DataFolder;
}

function settle(asked: LocalChoice, dataDir: string, env: Environment): Settled {
  try {
    return { choice: asked, folder: DataFolder.claim(dataDir) };
  } catch (error) {
    if (!(error instanceof DataFolderUnwritable)) throw error;
    if (asked.mode === 'ephemeral') return { choice: asked };
    const choice = fallback(env, existsSync(asked.file), error.message);
    if (!choice) throw new DatabaseUnusable(asked.file, error);
    return { choice };
  }
}
