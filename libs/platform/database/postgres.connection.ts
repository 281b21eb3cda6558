import { hostname } from 'node:os';
import type { Client, ClientConfig, Pool } from 'pg';
import { DataSource } from 'typeorm';
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { PostgresChoice } from './choose-database.js';
import { DatabaseUnreachable, DatabaseUnusable } from './database.errors.js';
import type { Entities } from './database.js';
import { isUnusable } from './postgres.failures.js';
import { PostgresReadingRunner } from './postgres.reading-runner.js';
import { SnakeNames } from './snake-names.js';

export interface PostgresConnection {
  readonly source: DataSource;
  readonly driver: PostgresDriver;
  readonly writing: Pool;
  /** Its sessions refuse to write, and nobody who waits for a lock holds one of them. */
  readonly reading: Pool;
  /** One more, beside the pools; not connected yet. Without `patient` it gives up on a slow statement, as the pools do. */
  readonly newClient: (patient?: boolean) => Client;
}

const WRITING_SESSIONS = 10;
const READING_SESSIONS = 6;
/** How long a statement waits for a free session of its pool. */
const POOL_WAIT_MS = 5_000;
const IDLE_SESSION_MS = 600_000;
const SLOWEST_STATEMENT_MS = 15_000;
const LONGEST_LOCK_WAIT_MS = 5_000;
const LONGEST_PAUSE_IN_UNIT_MS = 10_000;
/** Beyond the server's own limit: only a network that swallows everything lets it come to this. */
const SLOWEST_ANSWER_MS = 20_000;

const OLDEST_VERSION = 140_000;
const INT8 = 20;

const LOOK_AGAIN_MS = 500;
const SAY_AGAIN_MS = 5_000;

export interface Patience {
  /** How long to wait for a server that cannot be reached. */
  readonly waitMs: number;
  /** Told every few seconds what is being waited for. */
  readonly onWait: (message: string) => void;
}

/**
 * Waits until the server answers, and looks whether it can serve us. Throws `DatabaseUnreachable` when it stays away,
 * `DatabaseUnusable` at once where waiting cannot help.
 */
export async function awaitPostgres({ url, place }: PostgresChoice, { waitMs, onWait }: Patience): Promise<void> {
  const { Client } = await import('pg');
  const began = performance.now();
  let saidAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const failure = await lookAt(new Client({ connectionString: url.reveal(), connectionTimeoutMillis: POOL_WAIT_MS }));
    if (failure === null) return;
    if (isUnusable(failure) || failure instanceof Unfit) throw new DatabaseUnusable(place, failure);
    const now = performance.now();
    if (now - began >= waitMs) throw new DatabaseUnreachable(place, now - began, failure);
    if (now - saidAt >= SAY_AGAIN_MS) {
      saidAt = now;
      onWait(`waiting for PostgreSQL at ${place}: ${failure.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

class Unfit extends Error {}

async function lookAt(client: Client): Promise<Error | null> {
  // What is lost later, on the way out, is not worth a word.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; encoding: string }>(
      "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding",
    );
    const [{ version, encoding } = { version: '', encoding: '' }] = rows;
    if (Number(version) < OLDEST_VERSION) return new Unfit('it is older than PostgreSQL 14.');
    if (encoding !== 'UTF8') return new Unfit(`its encoding is ${encoding}, not UTF8.`);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    client.end().catch(() => undefined);
  }
}

/** Opens TypeORM on two pools, one of which refuses to write. The server must be there already. */
export async function connectPostgres(
  { url }: PostgresChoice,
  entities: Entities,
  onTrouble: (error: Error) => void,
): Promise<PostgresConnection> {
  const { Client, types } = await import('pg');
  const settings: ClientConfig & { readonly idleTimeoutMillis: number } = {
    application_name: `renum ${hostname()} pid ${process.pid}`.slice(0, 63),
    connectionTimeoutMillis: POOL_WAIT_MS,
    idleTimeoutMillis: IDLE_SESSION_MS,
    keepAlive: true,
    statement_timeout: SLOWEST_STATEMENT_MS,
    lock_timeout: LONGEST_LOCK_WAIT_MS,
    idle_in_transaction_session_timeout: LONGEST_PAUSE_IN_UNIT_MS,
    query_timeout: SLOWEST_ANSWER_MS,
    // Counts and instants are far below 2^53.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format)) },
  };
  const source = new DataSource({
    type: 'postgres',
    replication: {
      defaultMode: 'slave',
      master: { url: url.reveal() },
      slaves: [{ url: readOnly(url.reveal()) }],
    },
    entities: [...entities],
    namingStrategy: new SnakeNames(),
    installExtensions: false,
    logging: false,
    poolErrorHandler: onTrouble,
    poolSize: WRITING_SESSIONS,
    extra: settings,
  });
  await source.initialize();
  const { driver } = source;
  if (!(driver instanceof PostgresDriver)) throw new Error('TypeORM did not open PostgreSQL.');
  driver.createQueryRunner = () => new PostgresReadingRunner(driver);
  const writing: Pool = driver.master;
  const reading: Pool = driver.slaves[0];
  reading.options.max = READING_SESSIONS;
  for (const pool of [writing, reading]) pool.on('connect', (session) => session.on('error', toldByItsStatement));
  return {
    source,
    driver,
    writing,
    reading,
    newClient: (patient = false) =>
      new Client({
        ...settings,
        connectionString: url.reveal(),
        ...(patient && {
          statement_timeout: 0,
          lock_timeout: 0,
          idle_in_transaction_session_timeout: 0,
          query_timeout: 0,
        }),
      }),
  };
}

/**
 * A session can be lost in the moment in which it was opened, before anybody holds it: unheard, that would end the
 * process. Whoever is given it learns it from the first statement.
 */
const toldByItsStatement = (): void => undefined;

function readOnly(text: string): string {
  const url = new URL(text);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', `${options === null ? '' : `${options} `}-c default_transaction_read_only=on`);
  return url.href;
}
