import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { migrations } from '../../../../migrations/index.js';
import { chooseDatabase, type PostgresChoice } from '../choose-database.js';
import { PostgresDatabase } from '../index.js';

const PATIENCE_MS = 60_000;
const TEMPLATE = 'renum_template';

/** A database of its own for one test, on the PostgreSQL that all tests of this run share. */
export interface TestPostgres {
  readonly url: string;
  readonly choice: PostgresChoice;
  /** Ends whoever still uses it and makes it empty for the next: dropping it would cost a checkpoint. */
  release(): Promise<void>;
}

/** With this release's tables and nothing in them. */
export async function testPostgres(): Promise<TestPostgres> {
  const server = await sharedServer();
  const name = takeFree() ?? (await create(server, TEMPLATE));
  return placeOf(server, name, async () => {
    await administer(urlOf(server, name), EMPTY);
    mkdirSync(join(freeFolder(), name), { recursive: true });
  });
}

/** Without any table; whatever is made in it, nobody else gets to see it. */
export async function barePostgres(): Promise<TestPostgres> {
  const server = await sharedServer();
  return placeOf(server, await create(server, 'template0'), async () => undefined);
}

export function postgresChoice(url: string): PostgresChoice {
  const choice = chooseDatabase(url, '');
  if (choice.mode !== 'postgres') throw new Error(`${url} is no PostgreSQL.`);
  return choice;
}

/** Triggers that refuse are held back, and numbers begin again. */
const EMPTY = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET session_replication_role = replica;
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'schema_migration%' LOOP
      EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
      PERFORM setval(name::regclass, 1, false);
    END LOOP;
  END $$`;

let made = 0;

function placeOf(server: string, name: string, release: () => Promise<void>): TestPostgres {
  const url = urlOf(server, name);
  return { url, choice: postgresChoice(url), release };
}

async function create(server: string, template: string): Promise<string> {
  const name = `t_${process.pid}_${Date.now().toString(36)}_${++made}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY wal_log`);
  return name;
}

/** Of two who want the same one, only one can take its mark away. */
function takeFree(): string | undefined {
  return readFolder(freeFolder()).find((name) => succeeds(() => rmdirSync(join(freeFolder(), name))));
}

async function sharedServer(): Promise<string> {
  const folder = runFolder();
  const ready = join(folder, 'template.ready');
  if (!existsSync(ready) && succeeds(() => mkdirSync(join(folder, 'postgres.lock')))) {
    startKeeper(folder);
    await makeTemplate(await urlIn(folder)).catch((error: unknown) => {
      writeFileSync(join(folder, 'postgres.failure'), String(error));
      throw error;
    });
    writeFileSync(ready, '');
  }
  await appearing(ready, folder);
  return urlIn(folder);
}

function startKeeper(folder: string): void {
  const typescript = join(process.cwd(), 'test/typescript.cjs');
  const keeper = join(__dirname, 'postgres-keeper.ts');
  const runner = process.env.RENUM_TEST_RUNNER ?? `${process.pid}`;
  spawn(process.execPath, [typescript, keeper, folder, runner], { detached: true, stdio: 'ignore' }).unref();
}

async function makeTemplate(server: string): Promise<void> {
  await administer(server, `CREATE DATABASE ${TEMPLATE}`);
  const database = await PostgresDatabase.open(postgresChoice(urlOf(server, TEMPLATE)), { entities: [], migrations });
  await database.close();
}

async function urlIn(folder: string): Promise<string> {
  const file = join(folder, 'postgres.url');
  await appearing(file, folder);
  return readFileSync(file, 'utf8');
}

async function appearing(file: string, folder: string): Promise<void> {
  const failure = join(folder, 'postgres.failure');
  const deadline = performance.now() + PATIENCE_MS;
  while (!existsSync(file)) {
    if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'));
    if (performance.now() > deadline) throw new Error('The PostgreSQL of the tests did not start.');
    await pause(20);
  }
}

async function administer(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, name: string): string {
  return server.replace(/\/postgres$/, `/${name}`);
}

function runFolder(): string {
  const folder = process.env.RENUM_TEST_RUN;
  if (!folder) throw new Error('RENUM_TEST_RUN names no folder: the tests were not started by jest.');
  return folder;
}

function freeFolder(): string {
  return join(runFolder(), 'free');
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
