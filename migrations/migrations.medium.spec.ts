// Real: SQLite in memory and PostgreSQL, with every migration of this release.
import { readdirSync } from 'node:fs';
import { type Database, PostgresDatabase, SqliteDatabase } from '#libs/platform/database/index.js';
import { barePostgres } from '#libs/platform/database/testing/test-postgres.js';
import { requires } from '../test/requires.js';
import { migrations } from './index.js';

test('the list holds every file, in the order of their numbers, each number once', () => {
  const files = readdirSync(__dirname)
    .filter((name) => /^\d{4}-.*\.ts$/.test(name) && !name.includes('.spec.'))
    .map((name) => name.replace(/\.ts$/, ''))
    .sort();
  expect(migrations.map(({ name }) => name)).toEqual(files);
  expect(new Set(files.map((name) => name.slice(0, 4))).size).toBe(files.length);
});

test('the journal keeps its events when their table is made anew, up and down', async () => {
  const upTo = migrations.findIndex(({ name }) => name === '0080-fewer-pages') + 1;
  const database = await SqliteDatabase.open(
    { mode: 'ephemeral', reason: 'a test' },
    { entities: [], migrations: migrations.slice(0, upTo) },
  );
  const events = () => database.all('SELECT * FROM event ORDER BY execution_id DESC, seq');
  await database.work.write(
    "INSERT INTO execution (id, user_id, team_id, status, created_at, epoch) VALUES ('e1', 'u', 't', 'pending', 1, 1)",
  );
  for (const seq of [1, 2, 3]) {
    const insert =
      "INSERT INTO event (execution_id, seq, public_seq, at, body, payloads) VALUES ('e1', ?, ?, 5, ?, NULL)";
    await database.work.write(insert, seq, seq === 2 ? null : seq, `{"n":${seq}}`);
  }
  const before = await events();
  expect(before).toHaveLength(3);
  for (const step of ['down', 'up'] as const) {
    await database.migrations[step]();
    expect(await events()).toEqual(before);
  }
  await database.close();
});

/** A fresh database that knows the first so many migrations and has made none. */
type Open = (many: number) => Promise<Database>;

async function goUpDownAndUp(open: Open, schemaOf: (database: Database) => Promise<unknown>): Promise<void> {
  const before: unknown[] = [[]];
  for (let many = 1; many <= migrations.length; many += 1) {
    const database = await open(many);
    await database.migrations.up();
    const after = await schemaOf(database);
    const name = migrations[many - 1]?.name;
    expect(await database.migrations.down()).toEqual([name]);
    expect(await schemaOf(database)).toEqual(before.at(-1));
    expect(await database.migrations.up()).toEqual([name]);
    expect(await schemaOf(database)).toEqual(after);
    expect(await database.migrations.down(many)).toHaveLength(many);
    expect(await schemaOf(database)).toEqual([]);
    before.push(after);
    await database.close();
  }
}

describe('each migration goes up, down and up, and down leaves what was before', () => {
  test('on SQLite', () =>
    goUpDownAndUp(
      (many) =>
        SqliteDatabase.open(
          { mode: 'ephemeral', reason: 'a test' },
          { entities: [], migrations: migrations.slice(0, many), migrate: false },
        ),
      (database) =>
        database.all(
          `SELECT type, name, sql FROM sqlite_master
           WHERE name NOT LIKE 'schema_migration%' AND name NOT LIKE 'sqlite_%' ORDER BY type, name`,
        ),
    ));

  requires('postgres').describe('and', () => {
    test('on PostgreSQL', async () => {
      const { choice } = await barePostgres();
      await goUpDownAndUp(
        (many) =>
          PostgresDatabase.open(choice, { entities: [], migrations: migrations.slice(0, many), migrate: false }),
        // What a function does may be said again in other words.
        (database) =>
          database.all(`
            SELECT name, CASE WHEN name NOT LIKE 'function %' THEN definition END AS definition
            FROM schema_migration_part ORDER BY name`),
      );
    });
  });
});
