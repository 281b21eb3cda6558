// Real: SQLite on a file and in memory, TypeORM, Nest's shutdown.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import BetterSqlite3 from 'better-sqlite3';
import { Entity } from 'typeorm';
import { FlagColumn, IdColumn, InstantColumn, JsonColumn, TextColumn, WholeColumn } from './columns.js';
import { DatabaseUnusable, DataFolderInUse, ReadBesideUnit, WriteOutsideUnit } from './database.errors.js';
import { Database } from './database.js';
import { DatabaseModule } from './database.module.js';
import { insertRow, insertRowAlone, insertRowIn } from './new-row.js';
import { openDatabase } from './open-database.js';
import { SqliteDatabase } from './sqlite.database.js';
import { UnitOfWork } from './unit-of-work.js';

@Entity('note')
class NoteRow {
  @IdColumn() id!: string;
  @TextColumn() firstLine!: string;
  @InstantColumn({ nullable: true }) readAt!: number | null;
  @WholeColumn({ default: 0 }) sizeBytes!: number;
  @JsonColumn({ nullable: true }) tags!: unknown;
  @FlagColumn({ default: false }) isDraft!: boolean;
}

class NoteTable {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(`CREATE TABLE note (
      id TEXT PRIMARY KEY, first_line TEXT NOT NULL, read_at INTEGER, size_bytes INTEGER NOT NULL, tags TEXT,
      is_draft INTEGER NOT NULL
    ) STRICT`);
  }
  async down(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('DROP TABLE note');
  }
}

const NOTE = {
  id: 'n1',
  firstLine: 'hello',
  readAt: 1_800_000_000_000,
  sizeBytes: 7,
  tags: ['a', { b: 1 }],
  isDraft: true,
};
const options = { entities: [NoteRow], migrations: [{ name: '0001-note', sqlite: NoteTable, postgres: NoteTable }] };

const INCREMENTAL = 2;

let dataDir: string;
let file: string;
let opened: SqliteDatabase[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'renum-database-'));
  file = join(dataDir, 'renum.db');
  opened = [];
});

afterEach(async () => {
  for (const database of opened) await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const open = async (
  url?: string,
  env: 'development' | 'production' = 'production',
  dir = dataDir,
): Promise<SqliteDatabase> => {
  const database = await openDatabase({ url, dataDir: dir, env, ...options });
  if (!(database instanceof SqliteDatabase)) throw new Error('expected SQLite');
  opened.push(database);
  return database;
};

test('an embedded database is one durable file, readable by its owner only, and says what the disk costs', async () => {
  const database = await open();
  expect(database.mode).toBe('embedded');
  expect(database.durability).toBe('durable');
  expect(database.standing).toMatchObject({ mode: 'embedded', lost: [] });
  expect(database.fsyncMs).toBeGreaterThan(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const beside = new BetterSqlite3(file, { readonly: true });
  expect(beside.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(beside.pragma('auto_vacuum', { simple: true })).toBe(INCREMENTAL);
  beside.close();
});

test('what was answered is there after a restart, in one file', async () => {
  const first = await open();
  await first.work.run((tx) => tx.insert(NoteRow, NOTE));
  await first.close();
  expect(readdirSync(dataDir).filter((name) => name.startsWith('renum.db'))).toEqual(['renum.db']);

  const second = await open();
  expect(await second.read.findOneBy(NoteRow, { id: 'n1' })).toEqual(NOTE);
});

test('a second server in the folder is refused, and a closed one leaves it', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(DataFolderInUse);
  await first.close();
  await open();
});

describe.each([
  ['embedded', undefined],
  ['ephemeral', 'memory:'],
])('%s', (mode, url) => {
  test('keeps numbers, instants, JSON and flags as they are', async () => {
    const database = await open(url);
    expect(database.mode).toBe(mode);
    const bare = { id: 'n2', firstLine: '', readAt: null, sizeBytes: 0, tags: null, isDraft: false };
    await database.work.run(async (tx) => {
      await tx.insert(NoteRow, NOTE);
      await tx.save(NoteRow, bare);
    });

    expect(await database.read.find(NoteRow, { order: { id: 'ASC' } })).toEqual([NOTE, bare]);
    expect(await database.read.findBy(NoteRow, { isDraft: true, readAt: NOTE.readAt })).toEqual([NOTE]);
    expect(database.reader.prepared('SELECT is_draft FROM note WHERE id = ?').get('n1')).toEqual({
      is_draft: 1,
    });
    expect(database.reader.prepared('SELECT is_draft, tags FROM note WHERE id = ?').get('n2')).toEqual({
      is_draft: 0,
      tags: null,
    });
  });

  test('refuses every write outside a unit', async () => {
    const database = await open(url);
    await expect(database.read.insert(NoteRow, NOTE)).rejects.toHaveProperty(
      'driverError',
      expect.any(WriteOutsideUnit),
    );
    await expect(database.read.save(NoteRow, NOTE)).rejects.toThrow(WriteOutsideUnit);
    await expect(database.read.transaction(async () => 1)).rejects.toThrow(WriteOutsideUnit);
    expect(() => database.reader.prepared('DELETE FROM note')).toThrow(WriteOutsideUnit);
    expect(await database.read.count(NoteRow)).toBe(0);
  });
});

test('a read beside an open unit sees only what is committed', async () => {
  const database = await open();
  const { read } = database;
  let seen: number | undefined;
  await database.work.run(async (tx) => {
    await tx.insert(NoteRow, NOTE);
    seen = await read.count(NoteRow);
    expect(await tx.count(NoteRow)).toBe(1);
  });
  expect(seen).toBe(0);
  expect(await database.read.count(NoteRow)).toBe(1);
});

test('portable statements read and write, one row or many, and a failure of theirs is told', async () => {
  const database = await open();
  const insert = 'INSERT INTO note (id, first_line, size_bytes, is_draft) VALUES (?, ?, ?, ?)';
  expect(await database.work.write(insert, 'n1', 'one', 1, true)).toBe(1);
  expect(await database.work.write(insert, 'n2', 'two', 2, false)).toBe(1);
  expect(await database.work.write('UPDATE note SET size_bytes = 9 WHERE id IN ?', ['n1', 'n2', 'n3'])).toBe(2);

  const line = 'SELECT first_line AS "firstLine" FROM note WHERE id IN ? AND is_draft = ?';
  expect(await database.find(line, ['n1', 'n2'], true)).toEqual({ firstLine: 'one' });
  expect(await database.find(line, [], true)).toBeNull();
  expect(await database.all('SELECT id FROM note WHERE id IN ? ORDER BY id', ['n1', 'n2'])).toEqual([
    { id: 'n1' },
    { id: 'n2' },
  ]);
  await expect(database.find('SELECT * FROM nowhere')).rejects.toThrow('no such table');
  await expect(database.all('DELETE FROM note')).rejects.toThrow(WriteOutsideUnit);
  await expect(database.work.write(insert, 'n1', '', 0, false)).rejects.toThrow('UNIQUE');
});

test('a row that somebody else made is written by either kind of unit, or alone', async () => {
  const database = await open();
  const row = (id: string) => {
    const values = { id, first_line: '', size_bytes: 1, is_draft: false };
    return { table: 'note', values };
  };
  await database.work.sync((sql) => insertRow(sql, row('n1')));
  await database.work.run((tx) => insertRowIn(tx, row('n2')));
  await insertRowAlone(database.work, row('n3'));
  expect(await database.all('SELECT id FROM note ORDER BY id')).toEqual([{ id: 'n1' }, { id: 'n2' }, { id: 'n3' }]);
});

test('a unit does not read beside itself', async () => {
  const database = await open();
  for (const read of [() => database.find('SELECT 1'), () => database.all('SELECT 1'), async () => database.read]) {
    await expect(database.work.run(read)).rejects.toThrow(ReadBesideUnit);
    expect(await read()).toBeDefined();
  }
});

test('a database in memory says what is lost, and writes no database file', async () => {
  const database = await open('memory:');
  expect(database.durability).toBe('volatile');
  expect(database.fsyncMs).toBeNull();
  expect(database.standing.reason).toBe('DATABASE_URL is memory:');
  expect(readdirSync(dataDir)).not.toContain('renum.db');
});

describe('a folder that cannot be written', () => {
  const blocked = (): string => {
    writeFileSync(join(dataDir, 'file'), '');
    return join(dataDir, 'file', 'data');
  };

  test('means memory in development, with the reason', async () => {
    const database = await open(undefined, 'development', blocked());
    expect(database.mode).toBe('ephemeral');
    expect(database.standing.reason).toContain('cannot be written');
  });

  test('stops the start in production, naming place and cause', async () => {
    await expect(open(undefined, 'production', blocked())).rejects.toThrow(
      /renum\.db cannot be used: .*cannot be written/,
    );
  });

  test('is no obstacle where memory was asked for', async () => {
    expect((await open('memory:', 'production', blocked())).mode).toBe('ephemeral');
  });
});

describe('an existing file is never replaced by memory', () => {
  const cause = (why: string): RegExp => new RegExp(`${file.replaceAll('.', '\\.')} cannot be used: .*${why}`);

  test('when it is no database', async () => {
    const text = 'these are notes about a database, not one '.repeat(200);
    writeFileSync(file, text);
    await expect(open(undefined, 'development')).rejects.toThrow(cause('not a database'));
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('when it cannot be opened at all', async () => {
    mkdirSync(file);
    const refused = open(undefined, 'development');
    await expect(refused).rejects.toThrow(DatabaseUnusable);
    await expect(refused).rejects.toHaveProperty('exitCode', 78);
  });

  test('when it belongs to another program, which finds it unchanged', async () => {
    const other = new BetterSqlite3(file);
    other.exec('CREATE TABLE theirs (id)');
    other.close();
    const before = readFileSync(file);
    await expect(open(undefined, 'development')).rejects.toThrow(cause('another program'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('when a newer release has changed it; and the folder is free for that release', async () => {
    const newer = await openDatabase({
      url: undefined,
      dataDir,
      env: 'production',
      ...options,
      migrations: [...options.migrations, { name: '0002-later', sqlite: NothingToDo, postgres: NothingToDo }],
    });
    await newer.close();
    await expect(open(undefined, 'development')).rejects.toThrow(cause('newer release has changed it .0002-later'));
    await expect(open(undefined, 'development')).rejects.not.toThrow(DataFolderInUse);
  });
});

class NothingToDo {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

test('a write that finds the file locked by another process is unavailable, not lost in silence', async () => {
  const database = await open();
  const beside = new BetterSqlite3(file);
  beside.exec('BEGIN IMMEDIATE');
  const outcomes = await Promise.allSettled([
    database.work.run((tx) => tx.insert(NoteRow, NOTE)),
    database.work.sync((sql) => sql.prepared('SELECT 1').get()),
  ]);
  beside.close();
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.kind)).toEqual([
    'unavailable',
    'unavailable',
  ]);
  await database.work.run((tx) => tx.insert(NoteRow, NOTE));
});

test('Nest hands the database to every room and closes it last', async () => {
  const database = await open('memory:');
  const app = await Test.createTestingModule({ imports: [DatabaseModule.of(database)] }).compile();
  expect(app.get(Database)).toBe(database);
  expect(app.get(UnitOfWork)).toBe(database.work);
  expect(database.isOpen).toBe(true);
  await app.close();
  expect(database.isOpen).toBe(false);
});
