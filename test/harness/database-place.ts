import { type TestPostgres, testPostgres } from '#libs/platform/database/testing/test-postgres.js';
import { type TestedOn, testedOn } from '#libs/platform/database/testing/tested-on.js';
import { tempFolder } from './temp-folder.js';

export type Variables = Readonly<Record<string, string>>;

/** For a server whose records must outlive it: never in memory, wherever else the tests keep theirs. */
export const DURABLE: Variables = { DATABASE_URL: 'durable:' };

/** What servers in this process promise, unless they say where their records live. */
export const durability = testedOn === 'embedded' || testedOn === 'postgres' ? 'durable' : 'volatile';

const databases = new Map<string, Promise<TestPostgres>>();

/**
 * The variables of a server with its folder and its database filled in, where `env` leaves them open. On PostgreSQL each
 * folder has an empty database of its own: whoever starts again in the folder finds again what was kept.
 */
export async function placed(
  env: Variables,
  usually: TestedOn,
): Promise<Variables & { readonly RENUM_DATA_DIR: string }> {
  const { RENUM_DATA_DIR = tempFolder(), DATABASE_URL } = env;
  const wanted = testedOn ?? usually;
  const url = async (): Promise<string> => {
    if (DATABASE_URL !== undefined && DATABASE_URL !== DURABLE.DATABASE_URL) return DATABASE_URL;
    if (wanted === 'postgres') return (await databaseOf(RENUM_DATA_DIR)).url;
    return wanted === 'embedded' || DATABASE_URL ? '' : 'memory:';
  };
  return { ...env, RENUM_DATA_DIR, DATABASE_URL: await url() };
}

function databaseOf(folder: string): Promise<TestPostgres> {
  const known = databases.get(folder);
  if (known) return known;
  const database = testPostgres();
  databases.set(folder, database);
  return database;
}

/** Called when no server of the file's tests lives any more. */
export async function releaseDatabases(): Promise<void> {
  for (const database of databases.values()) await (await database).release();
  databases.clear();
}
