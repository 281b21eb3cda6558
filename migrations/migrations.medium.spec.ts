// Real: SQLite in memory, with every migration of this release.
import { readdirSync } from 'node:fs';
import { SqliteDatabase } from '#libs/platform/database/index.js';
import { migrations } from './index.js';

const schemaOf = (database: SqliteDatabase): unknown =>
  database.reader
    .prepared(
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'schema_migration%' AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
    )
    .all();

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
  await database.work.write("DELETE FROM execution WHERE id = 'e1'");
  expect(await events()).toEqual([]);
  await database.close();
});

test('each migration goes up, down and up, and down leaves what was before', async () => {
  const database = await SqliteDatabase.open(
    { mode: 'ephemeral', reason: 'a test' },
    { entities: [], migrations: [], migrate: false },
  );
  await database.close();

  for (let n = 1; n <= migrations.length; n += 1) {
    const upTo = await SqliteDatabase.open(
      { mode: 'ephemeral', reason: 'a test' },
      { entities: [], migrations: migrations.slice(0, n), migrate: false },
    );
    await upTo.migrations.up();
    const after = schemaOf(upTo);
    expect(await upTo.migrations.down()).toEqual([migrations[n - 1]?.name]);
    const before = schemaOf(upTo);
    expect(await upTo.migrations.up()).toEqual([migrations[n - 1]?.name]);
    expect(schemaOf(upTo)).toEqual(after);
    await upTo.close();

    const earlier = await SqliteDatabase.open(
      { mode: 'ephemeral', reason: 'a test' },
      { entities: [], migrations: migrations.slice(0, n - 1) },
    );
    expect(before).toEqual(schemaOf(earlier));
    await earlier.close();
  }
});
