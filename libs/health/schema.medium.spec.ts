// Real: SQLite in memory and PostgreSQL, each with the migrations of this release.
import { type Database, PostgresDatabase, SqliteDatabase } from '#libs/platform/database/index.js';
import { barePostgres } from '#libs/platform/database/testing/test-postgres.js';
import { migrations } from '#migrations/index.js';
import { requires } from '../../test/requires.js';
import { troubleIn } from './core/verdict.js';
import { SchemaDependency } from './schema.dependency.js';

function suite(open: () => Promise<Database>): void {
  let database: Database;
  const look = () => new SchemaDependency(database).check();

  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.close());

  test('is up after the start', async () => {
    expect(await look()).toEqual({
      verdict: { status: 'up' },
      found: 'the tables of this release',
      evidence: { pending: '', newer: '', drift: '' },
    });
  });

  test('names the changes that wait', async () => {
    await database.migrations.down();
    const { verdict, found } = await look();
    expect(verdict).toMatchObject({
      status: 'degraded',
      because: expect.stringContaining(migrations.at(-1)?.name ?? ''),
    });
    expect(found).toBe('1 changes are missing');
    expect(troubleIn(verdict)?.conflict).toBe(true);
  });

  test('names what somebody changed by hand, and only what is ours', async () => {
    await database.work.write('ALTER TABLE team ADD COLUMN of_somebody text');
    await database.work.write('DROP INDEX execution_of_team');
    await database.work.write('CREATE TABLE of_somebody_else (id text)');
    const { verdict, evidence } = await look();
    expect(evidence.drift).toMatch(/^(?=.*index execution_of_team is missing)(?=.*table team was changed)[^;]+;[^;]+$/);
    expect(verdict).toMatchObject({ status: 'degraded', fix: [expect.stringContaining('Undo')] });
    expect(troubleIn(verdict)?.conflict).toBeUndefined();
  });

  test('says that a newer release was here', async () => {
    await database.work.write("INSERT INTO schema_migration (name, applied_at) VALUES ('9999-from-tomorrow', 1)");
    expect((await look()).verdict).toMatchObject({
      because: expect.stringContaining('9999-from-tomorrow'),
      conflict: true,
    });
  });
}

describe('the schema on SQLite', () => {
  const inMemory = () => SqliteDatabase.open({ mode: 'ephemeral', reason: 'a test' }, { entities: [], migrations });
  suite(inMemory);

  test('is not worse than the database when that is away', async () => {
    const database = await inMemory();
    await database.close();
    const { verdict } = await new SchemaDependency(database).check();
    expect(verdict).toMatchObject({ status: 'degraded', because: expect.stringContaining('cannot be read') });
  });
});

requires('postgres').describe('the schema on PostgreSQL', () => {
  suite(async () => {
    const { choice } = await barePostgres();
    return PostgresDatabase.open(choice, { entities: [], migrations });
  });
});
