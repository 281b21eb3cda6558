import type { Client } from 'pg';
import type { EntityManager } from 'typeorm';
import { type DatabaseMode, type DatabaseStanding, type PostgresChoice, standing } from './choose-database.js';
import { DatabaseInUse, DatabaseUnavailable, DatabaseUnusable, ReadBesideUnit } from './database.errors.js';
import { Database, type DatabaseOptions } from './database.js';
import { Lifeline } from './lifeline.js';
import { postgresText, type Value } from './portable.js';
import { connectPostgres, type PostgresConnection } from './postgres.connection.js';
import { PostgresMigrations } from './postgres.migrations.js';
import { onlyReads } from './postgres.reading-runner.js';
import { type Answer, type Parameter, PostgresStatements } from './postgres.statements.js';
import { PostgresUnitOfWork } from './postgres.unit-of-work.js';

/** Held by the one server that lives on a schema, as long as its lifeline; the second number is the schema's. */
const LIVING = 0x524e554d;
const LOOK_AGAIN_MS = 100;

export interface PostgresOptions extends DatabaseOptions {
  /** Set: no server may live on it beside us (`DatabaseInUse`), and one that was killed may take so long to be gone. */
  readonly claim?: { readonly waitMs: number };
}

/** PostgreSQL: sessions that write, sessions that only read, and one that shows that we live. */
export class PostgresDatabase extends Database {
  readonly mode: DatabaseMode = 'postgres';
  readonly fsyncMs = null;
  readonly work: PostgresUnitOfWork;
  readonly migrations: PostgresMigrations;
  readonly #writing: PostgresStatements;
  readonly #reading: PostgresStatements;
  readonly #lifeline: Lifeline;
  #refusal: Error | null = null;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly choice: PostgresChoice,
    private readonly connection: PostgresConnection,
    private readonly options: PostgresOptions,
  ) {
    super();
    this.#writing = new PostgresStatements(connection.writing);
    this.#reading = new PostgresStatements(connection.reading, onlyReads);
    this.work = new PostgresUnitOfWork(connection, this.#writing, () => this.#refusal);
    this.migrations = new PostgresMigrations(connection, options.migrations);
    this.#lifeline = new Lifeline(connection.newClient, (client) => this.#claim(client));
  }

  /** Throws `DatabaseUnusable` or `DatabaseInUse`, naming the place without its password. */
  static async open(choice: PostgresChoice, options: PostgresOptions): Promise<PostgresDatabase> {
    const onTrouble = (error: Error): void => options.onTrouble?.(error);
    let database: PostgresDatabase | undefined;
    try {
      const connection = await connectPostgres(choice, options.entities, onTrouble);
      database = new PostgresDatabase(choice, connection, options);
      if (options.claim) await database.#awaitClaim(options.claim.waitMs);
      if (options.migrate ?? true) await database.migrations.up();
      return database;
    } catch (error) {
      await database?.close();
      throw error instanceof DatabaseInUse ? error : new DatabaseUnusable(choice.place, error);
    }
  }

  /** Whether no other server lives on it. */
  get isAlone(): boolean {
    return this.options.claim !== undefined;
  }

  get standing(): DatabaseStanding {
    return standing(this.choice);
  }

  get read(): EntityManager {
    if (this.work.isInside) throw new ReadBesideUnit();
    return this.connection.source.manager;
  }

  async find<Row>(text: string, ...values: readonly Value[]): Promise<Row | null> {
    return (await this.all<Row>(text, ...values))[0] ?? null;
  }

  async all<Row>(text: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    if (this.work.isInside) throw new ReadBesideUnit();
    const { rows } = await this.#reading.run(postgresText(text), values);
    // Only the caller knows which rows its text has.
    return rows as readonly Row[];
  }

  /** For stores of this dialect alone: one statement that fences itself, with `$n`, in one round trip. */
  statement<Row extends object>(text: string, ...values: readonly Parameter[]): Promise<Answer<Row>> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    return this.#writing.run<Row>(text, values);
  }

  /** A statement that must not wait behind work: on a session of its own. */
  async sign(text: string, ...values: readonly Parameter[]): Promise<void> {
    await this.#lifeline.query(text, values);
  }

  async check(): Promise<void> {
    await this.#lifeline.query('SELECT 1');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #awaitClaim(waitMs: number): Promise<void> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      try {
        await this.#lifeline.open();
        return;
      } catch (error) {
        if (!(error instanceof DatabaseInUse) || performance.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
    }
  }

  /** Also when the connection was lost: another server may have taken our place meanwhile, and then this one may not write. */
  async #claim(client: Client): Promise<void> {
    if (!this.options.claim) return;
    await client.query('SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3');
    const { rows } = await client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext(current_schema())) AS mine',
      [LIVING],
    );
    if (rows[0]?.mine) {
      this.#refusal = null;
      return;
    }
    const inUse = new DatabaseInUse(this.choice.place, await holderOf(client));
    this.#refusal = new DatabaseUnavailable(inUse);
    throw inUse;
  }

  async #close(): Promise<void> {
    this.#refusal = new DatabaseUnavailable();
    await this.connection.source.destroy();
    await this.#lifeline.close();
    this.options.folder?.release();
  }
}

async function holderOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ holder: string }>(
    `SELECT a.application_name || ' since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS holder
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.granted
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [LIVING],
  );
  return rows[0]?.holder ?? 'another server';
}
