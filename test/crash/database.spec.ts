// Real: a process that writes to a file and is killed at the worst moments.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#libs/platform/database/index.js';

const TYPESCRIPT = join(__dirname, '..', 'typescript.cjs');
const WRITER = join(__dirname, 'writer.ts');

class Known {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'renum-crash-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** Which pairs were answered before the kill. */
function writeUntil(crashAt: string): { signal: string | null; answered: number[] } {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [TYPESCRIPT, WRITER, dataDir], {
    env: { ...process.env, RENUM_ENV: 'test', RENUM_CRASH_AT: crashAt },
    encoding: 'utf8',
  });
  if (signal === null) throw new Error(`The writer ended by itself: ${stderr}`);
  return {
    signal,
    answered: stdout
      .split('\n')
      .filter(Boolean)
      .map(Number)
      .sort((a, b) => a - b),
  };
}

/** Which pairs are there after the crash; half a pair would show as its number with one side. */
async function found(): Promise<readonly { n: number; sides: number }[]> {
  const migrations = [{ name: '0001-pairs', sqlite: Known, postgres: Known }];
  const database = await openDatabase({ url: undefined, dataDir, env: 'test', entities: [], migrations });
  const rows = await database.all<{ n: number; sides: number }>(
    'SELECT n, count(*) AS sides FROM pair GROUP BY n ORDER BY n',
  );
  await database.close();
  return rows;
}

const upTo = (end: number): { n: number; sides: number }[] => Array.from({ length: end }, (_, n) => ({ n, sides: 2 }));

// The first COMMIT is the migration's; then four units together (COMMIT 2, 4, …) and one alone (COMMIT 3, 5, …).
test.each([
  { crashAt: 'database.before-begin:4', answered: 5, kept: 5 },
  { crashAt: 'database.before-commit:4', answered: 5, kept: 5 },
  { crashAt: 'database.before-commit:5', answered: 9, kept: 9 },
  { crashAt: 'database.after-commit:4', answered: 5, kept: 9 },
  { crashAt: 'database.after-commit:5', answered: 9, kept: 10 },
])('killed at $crashAt, what was answered is there, whole, and nothing half', async ({ crashAt, answered, kept }) => {
  const run = writeUntil(crashAt);
  expect(run).toEqual({ signal: 'SIGKILL', answered: upTo(answered).map(({ n }) => n) });
  expect(await found()).toEqual(upTo(kept));
});
