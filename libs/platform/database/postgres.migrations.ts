import type { Client } from 'pg';
import { type Migration, Migrations, type Way } from './migrations.js';
import type { PostgresConnection } from './postgres.connection.js';
import { keepParts, keptPartsIn, partsIn } from './postgres.parts.js';
import { PostgresUnitRunner } from './postgres.unit-runner.js';

/** Held while the schema changes, so that of two programs that bring it up one waits for the other. */
const CHANGING = [0x524e554d, 1] as const;
const NO_TABLE = '42P01';

/** On a session of its own, which no limit of time cuts off. */
export class PostgresMigrations extends Migrations {
  #session: Client | null = null;

  constructor(
    private readonly connection: PostgresConnection,
    known: readonly Migration[],
  ) {
    super(known);
  }

  protected applied(): Promise<ReadonlyMap<string, number>> {
    return this.#session ? appliedIn(this.#session) : this.#withSession((session) => appliedIn(session));
  }

  protected parts() {
    return this.#withSession(async (session) => ({ kept: await keptPartsIn(session), found: await partsIn(session) }));
  }

  protected alone<T>(change: () => Promise<T>): Promise<T> {
    return this.#withSession(async (session) => {
      this.#session = session;
      try {
        await session.query('SELECT pg_advisory_lock($1, $2)', [...CHANGING]);
        return await change();
      } finally {
        // Its lock goes with it.
        this.#session = null;
      }
    });
  }

  protected async make(migration: Migration, way: Way): Promise<void> {
    const session = this.#session;
    if (!session) throw new Error('The schema changes only while nobody else changes it.');
    const runner = new PostgresUnitRunner(this.connection.driver, session);
    await session.query('BEGIN');
    try {
      await new migration.postgres()[way](runner);
      await note(session, migration.name, way);
      await keepParts(session);
      await session.query('COMMIT');
    } catch (error) {
      await session.query('ROLLBACK');
      throw error;
    } finally {
      runner.end();
    }
  }

  async #withSession<T>(work: (session: Client) => Promise<T>): Promise<T> {
    const session = this.connection.newClient(true);
    session.on('error', () => undefined);
    await session.connect();
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  }
}

async function appliedIn(session: Client): Promise<ReadonlyMap<string, number>> {
  try {
    const { rows } = await session.query<{ name: string; applied_at: number }>(
      'SELECT name, applied_at FROM schema_migration',
    );
    return new Map(rows.map((row) => [row.name, row.applied_at]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_TABLE) return new Map();
    throw error;
  }
}

async function note(session: Client, name: string, way: Way): Promise<void> {
  if (way === 'down') {
    await session.query('DELETE FROM schema_migration WHERE name = $1', [name]);
    return;
  }
  await session.query(
    'CREATE TABLE IF NOT EXISTS schema_migration (name text COLLATE "C" PRIMARY KEY, applied_at bigint NOT NULL)',
  );
  await session.query(
    'INSERT INTO schema_migration (name, applied_at) VALUES ($1, floor(extract(epoch FROM clock_timestamp()) * 1000))',
    [name],
  );
}
