// Real: a folder, SQLite's lock, a second process that is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from './data-folder.js';
import { DataFolderInUse, DataFolderUnwritable } from './database.errors.js';

let home: string;
let dataDir: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'renum-folder-'));
  dataDir = join(home, 'deep', 'data');
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

test('creates the folder for its owner only and names the process that lives there', () => {
  const folder = DataFolder.claim(dataDir);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(dataDir, 'renum.pid'), 'utf8')).toBe(`${process.pid}\n`);
  expect(DataFolder.holder(dataDir)).toBe(process.pid);
  folder.release();
});

test('refuses a second claim and names the pid of the first', () => {
  const folder = DataFolder.claim(dataDir);
  expect(() => DataFolder.claim(dataDir)).toThrow(DataFolderInUse);
  expect(() => DataFolder.claim(dataDir)).toThrow(`the process with pid ${process.pid}`);
  expect(DataFolder.holder(dataDir)).toBe(process.pid);
  folder.release();
});

test('says "another process" while the first has not written its pid yet', () => {
  const folder = DataFolder.claim(dataDir);
  rmSync(join(dataDir, 'renum.pid'));
  expect(() => DataFolder.claim(dataDir)).toThrow('another process');
  writeFileSync(join(dataDir, 'renum.pid'), 'half');
  expect(() => DataFolder.claim(dataDir)).toThrow('another process');
  folder.release();
});

test('is free again after a release, which may be said twice', () => {
  const first = DataFolder.claim(dataDir);
  first.release();
  first.release();
  expect(existsSync(join(dataDir, 'renum.pid'))).toBe(false);
  expect(DataFolder.holder(dataDir)).toBeNull();
  DataFolder.claim(dataDir).release();
});

test('nobody lives in a folder that does not exist', () => {
  expect(DataFolder.holder(dataDir)).toBeNull();
  expect(existsSync(dataDir)).toBe(false);
});

test('a folder that cannot be made is said to be unwritable', () => {
  writeFileSync(join(home, 'file'), '');
  expect(() => DataFolder.claim(join(home, 'file', 'data'))).toThrow(DataFolderUnwritable);
});

test('a lock that is no lock is said to be unwritable, and a look at it does not pretend to know', () => {
  DataFolder.claim(dataDir).release();
  writeFileSync(join(dataDir, 'renum.lock'), 'this is not a database, whatever its name says '.repeat(20));
  expect(() => DataFolder.claim(dataDir)).toThrow(DataFolderUnwritable);
  expect(() => DataFolder.holder(dataDir)).toThrow('not a database');
});

test('a lock left by a killed process is no obstacle', async () => {
  DataFolder.claim(dataDir).release();
  const child = spawn(process.execPath, ['-e', HOLDS_THE_LOCK, join(dataDir, 'renum.lock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(child.stdout, 'data');
    writeFileSync(join(dataDir, 'renum.pid'), `${child.pid}\n`);
    expect(() => DataFolder.claim(dataDir)).toThrow(`the process with pid ${child.pid}`);
    expect(DataFolder.holder(dataDir)).toBe(child.pid);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  expect(DataFolder.holder(dataDir)).toBeNull();
  const folder = DataFolder.claim(dataDir);
  expect(readFileSync(join(dataDir, 'renum.pid'), 'utf8')).toBe(`${process.pid}\n`);
  folder.release();
});

const HOLDS_THE_LOCK = `
  const lock = new (require('better-sqlite3'))(process.argv[1]);
  lock.exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);
`;
