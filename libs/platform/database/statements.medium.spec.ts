// Real: SQLite in memory.
import BetterSqlite3 from 'better-sqlite3';
import { DatabaseUnavailable } from './database.errors.js';
import { isDuplicate, Statements } from './statements.js';
import { told, Writer } from './writer.js';

const handle = new BetterSqlite3(':memory:');
afterAll(() => handle.close());

test('compiles each text once', () => {
  const statements = new Statements(handle);
  expect(statements.prepared('SELECT 1')).toBe(statements.prepared('SELECT 1'));
});

test('forgets the oldest beyond its limit', () => {
  const statements = new Statements(handle, 2);
  const first = statements.prepared('SELECT 1');
  statements.prepared('SELECT 2');
  statements.prepared('SELECT 3');
  expect(statements.prepared('SELECT 1')).not.toBe(first);
});

test('does not keep a statement that it must not admit', () => {
  const refuse = (): never => {
    throw new Error('no');
  };
  const statements = new Statements(handle, 2, refuse);
  expect(() => statements.prepared('SELECT 1')).toThrow('no');
  expect(() => statements.prepared('SELECT 1')).toThrow('no');
});

test('a transaction that was left open is rolled back and refuses the unit that found it', () => {
  const writer = new Writer(handle);
  handle.exec('BEGIN; CREATE TABLE stray (n)');
  expect(() => writer.begin()).toThrow('A transaction was open');
  expect(writer.inTransaction).toBe(false);
  expect(handle.prepare("SELECT 1 FROM sqlite_master WHERE name = 'stray'").get()).toBeUndefined();
  writer.begin();
  writer.rollback();
});

test('rolling back never hides the failure that led to it', () => {
  const lost = new BetterSqlite3(':memory:');
  const writer = new Writer(lost);
  writer.begin();
  lost.prepare('ROLLBACK').run();
  expect(() => writer.rollback()).not.toThrow();
  expect(() => writer.backToMark()).not.toThrow();

  writer.begin();
  const unread = lost.prepare('SELECT 1 UNION SELECT 2').iterate();
  unread.next();
  expect(() => writer.rollback()).not.toThrow();
  unread.return?.();
  expect(() => writer.begin()).toThrow('A transaction was open');
  expect(writer.inTransaction).toBe(false);
  lost.close();
});

test('tells failures of the disk as ours and everything else as it is', () => {
  const full = Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
  const taken = Object.assign(new Error('taken'), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  const wrapped = Object.assign(new Error('query failed'), { driverError: full });

  expect(told(full)).toBeInstanceOf(DatabaseUnavailable);
  expect(told(wrapped)).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 2, cause: wrapped });
  expect(told(taken)).toBe(taken);
  expect(told('a text')).toBe('a text');
  expect(told(new DatabaseUnavailable())).toHaveProperty('code', 'database.unavailable');
});

test('knows a duplicate, however it is wrapped', () => {
  handle.exec('CREATE TABLE once (id INTEGER PRIMARY KEY, name TEXT UNIQUE, must TEXT NOT NULL)');
  const failure = (sql: string): unknown => {
    try {
      return handle.exec(sql);
    } catch (error) {
      return error;
    }
  };
  handle.exec("INSERT INTO once VALUES (1, 'a', '')");
  expect(isDuplicate(failure("INSERT INTO once VALUES (1, 'b', '')"))).toBe(true);
  expect(isDuplicate(failure("INSERT INTO once VALUES (2, 'a', '')"))).toBe(true);
  expect(isDuplicate({ driverError: failure("INSERT INTO once VALUES (2, 'a', '')") })).toBe(true);
  expect(isDuplicate(failure("INSERT INTO once VALUES (3, 'c', NULL)"))).toBe(false);
  expect(isDuplicate(null)).toBe(false);
  expect(isDuplicate(Object.assign(new Error('other'), { code: 'ENOENT' }))).toBe(false);
});
