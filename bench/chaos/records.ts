import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Client, types } from 'pg';
import type { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';

/** What the servers have left, whichever database keeps it. */
export interface Records {
  /** What the database itself finds broken. */
  readonly flaws: readonly string[];
  /** `?` stands for a value. */
  all<T>(sql: string, ...values: readonly string[]): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** To be read when no server writes any more. */
export function openRecords(dataDir: string, postgres: PostgresServer | null): Promise<Records> {
  return postgres ? recordsOnPostgres(postgres.url()) : recordsInFile(join(dataDir, 'renum.db'));
}

async function recordsInFile(file: string): Promise<Records> {
  const sql = new BetterSqlite3(file, { readonly: true });
  const integrity = sql.pragma('integrity_check', { simple: true });
  const orphans = sql.pragma('foreign_key_check');
  return {
    flaws: [
      ...(integrity === 'ok' ? [] : [`PRAGMA integrity_check: ${String(integrity)}`]),
      ...(Array.isArray(orphans) ? orphans.map((one) => `PRAGMA foreign_key_check: ${JSON.stringify(one)}`) : []),
    ],
    // The caller says what the columns are.
    all: async <T>(text: string, ...values: readonly string[]) => sql.prepare<unknown[], T>(text).all(...values),
    close: async () => void sql.close(),
  };
}

/** There the journal has no foreign keys. */
const ORPHANS = `
  SELECT 'event' AS place, execution_id AS id FROM event WHERE execution_id NOT IN (SELECT id FROM execution)
  UNION SELECT 'payload', execution_id FROM payload WHERE execution_id NOT IN (SELECT id FROM execution)`;

async function recordsOnPostgres(url: string): Promise<Records> {
  const client = new Client({ connectionString: url, types: { getTypeParser } });
  await client.connect();
  const orphans = await client.query<{ place: string; id: string }>(ORPHANS);
  return {
    flaws: orphans.rows.map(({ place, id }) => `A row of ${place} belongs to no execution: ${id}`),
    all: async <T>(text: string, ...values: readonly string[]) => {
      let number = 0;
      const { rows } = await client.query(
        text.replaceAll('?', () => `$${++number}`),
        [...values],
      );
      return rows as T[];
    },
    close: () => client.end(),
  };
}

/** `bigint` comes as a text; every number here is small. */
function getTypeParser(oid: number) {
  return oid === types.builtins.INT8 ? Number : types.getTypeParser(oid);
}
