// Real: SQLite on a file and in memory, with this release's tables.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DatabaseModule, SqliteDatabase } from '#libs/platform/database/index.js';
import { migrations } from '#migrations/index.js';
import { journalContract } from './journal.contract.js';
import { Journal } from './journal.js';
import { JournalModule } from './journal.module.js';
import { SqliteJournal } from './sqlite.journal.js';
import { Tail } from './tail.js';

const options = { entities: [], migrations };

const inMemory = () => SqliteDatabase.open({ mode: 'ephemeral', reason: 'a test' }, options);

const subjectOn = (database: SqliteDatabase) => ({
  journal: new SqliteJournal(database),
  owner: 'me',
  dead: 'my predecessor',
  audited: async () =>
    (await database.all<{ event_type: string }>('SELECT event_type FROM audit_event ORDER BY seq')).map(
      ({ event_type }) => event_type,
    ),
});

journalContract('SQLite on a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'renum-journal-'));
  const database = await SqliteDatabase.open({ mode: 'embedded', file: join(folder, 'renum.db') }, options);
  const close = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...subjectOn(database), close };
});

journalContract('SQLite in memory', async () => {
  const database = await inMemory();
  return { ...subjectOn(database), close: () => database.close() };
});

describe('the tables', () => {
  let database: SqliteDatabase;
  let journal: SqliteJournal;

  beforeEach(async () => {
    database = await inMemory();
    journal = new SqliteJournal(database);
    await journal.begin({ id: 'e1', userId: 'u1', teamId: 't1', owner: 'me' }, [], 10);
  });
  afterEach(() => database.close());

  const count = (table: string): unknown => database.reader.prepared(`SELECT count(*) FROM ${table}`).pluck().get();
  const output = { result: 'x'.repeat(10_000), execution_time: 1 };
  const report = { step: 's1', attempt: 1, epoch: 1, outcome: { ok: true, output, usage: null } } as const;

  test('a large text is stored once for an execution, however often its events hold it', async () => {
    await journal.note('e1', { kind: 'step-reported', report }, 1);
    await journal.note('e1', { kind: 'step-reported', report }, 2);
    expect(count('payload')).toBe(1);
    expect(database.reader.prepared('SELECT max(length(body)) FROM event').pluck().get()).toBeLessThan(300);
  });

  test('appends of many executions share one COMMIT', async () => {
    const before = database.work.transactions;
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) => journal.note('e1', { kind: 'cancel-requested', by: 'u1', reason: `${n}` }, n)),
    );
    expect(database.work.transactions - before).toBe(1);
  });

  test('removing an execution leaves nothing of it in any table', async () => {
    await journal.note('e1', { kind: 'step-reported', report }, 1);
    const body = { kind: 'execution-finished', status: 'failed', error: null } as const;
    await journal.decide('e1', 1, [{ seq: 2, publicSeq: 1, at: 2, body }]);
    expect(await journal.remove('e1')).toBe(true);
    expect([count('execution'), count('event'), count('payload')]).toEqual([0, 0, 0]);
  });

  test('a journal that lacks a payload says so instead of making something up', async () => {
    await journal.note('e1', { kind: 'step-reported', report }, 1);
    await database.work.sync((sql) => sql.prepared('DELETE FROM payload').run());
    await expect(journal.events('e1')).rejects.toThrow('lacks a payload');
  });

  test.each([
    [
      "SELECT id FROM execution WHERE user_id = '' AND (0 OR status = '') ORDER BY created_at DESC, id DESC LIMIT 1",
      'execution_of_user',
    ],
    [
      "SELECT count(*) FROM execution WHERE finished_at IS NULL AND waits_for_people = 0 AND user_id = ''",
      'execution_open',
    ],
    ['SELECT min(wake_at) FROM execution WHERE finished_at IS NULL AND owner IS NULL', 'execution_released'],
    ["SELECT id FROM execution WHERE finished_at IS NULL AND owner IS NOT NULL AND owner > ''", 'execution_owned'],
  ])('%s uses its index', (query, index) => {
    const plan = database.reader.prepared<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all();
    expect(plan.map(({ detail }) => detail).join()).toContain(index);
    expect(plan.map(({ detail }) => detail).join()).not.toContain('TEMP B-TREE');
  });
});

test('Nest hands out the journal of the chosen database', async () => {
  const database = await inMemory();
  const app = await Test.createTestingModule({ imports: [DatabaseModule.of(database), JournalModule] }).compile();
  expect(await app.get(Journal).openCount()).toBe(0);
  expect(app.get(Tail).isFollowed('e1')).toBe(false);
  await app.close();
});
