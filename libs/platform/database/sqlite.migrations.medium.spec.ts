// Real: SQLite in memory, TypeORM's query runner.
import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import type { Migration } from './migrations.js';
import { SqliteDatabase } from './sqlite.database.js';

interface Runner {
  query(sql: string): Promise<unknown>;
}

class Parents {
  async up(runner: Runner): Promise<void> {
    await runner.query('CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT');
    await runner.query(
      'CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE) STRICT',
    );
    await runner.query('INSERT INTO parent VALUES (1)');
    await runner.query('INSERT INTO child VALUES (1, 1)');
  }
  async down(runner: Runner): Promise<void> {
    await runner.query('DROP TABLE child');
    await runner.query('DROP TABLE parent');
  }
}

class Rebuilt {
  async up(runner: Runner): Promise<void> {
    await runner.query("CREATE TABLE parent2 (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT");
    await runner.query('INSERT INTO parent2 (id) SELECT id FROM parent');
    await runner.query('DROP TABLE parent');
    await runner.query('ALTER TABLE parent2 RENAME TO parent');
  }
  async down(runner: Runner): Promise<void> {
    await runner.query('ALTER TABLE parent DROP COLUMN name');
  }
}

class WithTypeOrm implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('parent', new TableColumn({ name: 'name', type: 'text', isNullable: true }));
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('parent', 'name');
  }
}

class Broken {
  async up(runner: Runner): Promise<void> {
    await runner.query('CREATE TABLE half (id)');
    await runner.query('CREATE TABLE half (id)');
  }
  async down(): Promise<void> {}
}

class Orphaning {
  async up(runner: Runner): Promise<void> {
    await runner.query('DELETE FROM parent');
  }
  async down(): Promise<void> {}
}

const PARENTS: Migration = { name: '0001-parents', sqlite: Parents, postgres: Parents };
const REBUILT: Migration = { name: '0002-rebuilt', sqlite: Rebuilt, postgres: Rebuilt };

let database: SqliteDatabase;
afterEach(() => database.close());

const open = async (...migrations: Migration[]): Promise<void> => {
  database = await SqliteDatabase.open(
    { mode: 'ephemeral', reason: 'a test' },
    { entities: [], migrations, migrate: false },
  );
};

const count = (sql: string): unknown => database.reader.prepared(sql).pluck().get();

test('goes up in order, once, and back from the newest', async () => {
  await open(PARENTS, REBUILT);
  expect((await database.migrations.status()).map(({ appliedAt }) => appliedAt)).toEqual([null, null]);
  expect(await database.migrations.up()).toEqual(['0001-parents', '0002-rebuilt']);
  expect(await database.migrations.up()).toEqual([]);
  expect(await database.migrations.status()).toEqual([
    { name: '0001-parents', appliedAt: expect.any(Number) },
    { name: '0002-rebuilt', appliedAt: expect.any(Number) },
  ]);
  expect(await database.migrations.down()).toEqual(['0002-rebuilt']);
  expect(await database.migrations.down(5)).toEqual(['0001-parents']);
  expect(await database.migrations.down()).toEqual([]);
  expect(await database.migrations.up()).toEqual(['0001-parents', '0002-rebuilt']);
});

test('rebuilding a table keeps the children of its rows, and foreign keys hold again afterwards', async () => {
  await open(PARENTS, REBUILT);
  await database.migrations.up();
  expect(count('SELECT count(*) FROM child')).toBe(1);
  await expect(database.work.sync((sql) => sql.prepared('INSERT INTO child VALUES (2, 99)').run())).rejects.toThrow(
    'FOREIGN KEY',
  );
});

test('a migration may use TypeORM to change a table', async () => {
  await open(PARENTS, { name: '0002-with-typeorm', sqlite: WithTypeOrm, postgres: WithTypeOrm });
  await database.migrations.up();
  expect(count('SELECT count(name) + count(*) FROM parent')).toBe(1);
  await database.migrations.down();
  expect(() => count('SELECT name FROM parent')).toThrow('no such column');
  expect(count('SELECT count(*) FROM child')).toBe(1);
});

test('a migration that fails leaves nothing, and those before it stay', async () => {
  await open(PARENTS, { name: '0002-broken', sqlite: Broken, postgres: Broken });
  await expect(database.migrations.up()).rejects.toThrow('0002-broken failed (up) and left nothing behind');
  expect(count("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).toBe(0);
  expect((await database.migrations.status()).map(({ appliedAt }) => appliedAt !== null)).toEqual([true, false]);
});

test('a migration that would orphan rows is refused', async () => {
  await open(PARENTS, { name: '0002-orphaning', sqlite: Orphaning, postgres: Orphaning });
  await expect(database.migrations.up()).rejects.toThrow('1 rows would lose their parent');
  expect(count('SELECT count(*) FROM parent')).toBe(1);
});

test('a start that cannot migrate closes what it opened', async () => {
  await open();
  await expect(
    SqliteDatabase.open(
      { mode: 'ephemeral', reason: 'a test' },
      { entities: [], migrations: [{ name: '0001-broken', sqlite: Broken, postgres: Broken }] },
    ),
  ).rejects.toThrow('The database in memory cannot be used: the migration 0001-broken failed');
});
