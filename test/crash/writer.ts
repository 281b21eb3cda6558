// The child of database.spec.ts: writes pairs of rows until it is killed, and says which were answered.
import { writeSync } from 'node:fs';
import { openDatabase, type Sql, SqliteDatabase, type Tx } from '#libs/platform/database/index.js';

class Pairs {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE pair (n INTEGER, side TEXT, PRIMARY KEY (n, side)) STRICT');
  }
  async down(): Promise<void> {}
}

const INSERT = 'INSERT INTO pair (n, side) VALUES (?, ?)';

function together(n: number) {
  return (sql: Sql): void => {
    for (const side of ['left', 'right']) sql.prepared<[number, string]>(INSERT).run(n, side);
  };
}

function alone(n: number) {
  return async (tx: Tx): Promise<void> => {
    for (const side of ['left', 'right']) await tx.query(INSERT, [n, side]);
  };
}

async function main(dataDir: string): Promise<void> {
  const migrations = [{ name: '0001-pairs', sqlite: Pairs, postgres: Pairs }];
  const database = await openDatabase({ url: undefined, dataDir, env: 'test', entities: [], migrations });
  if (!(database instanceof SqliteDatabase)) throw new Error('expected SQLite');
  const { work } = database;
  for (let n = 0; n < 100; n += 5) {
    const units = [0, 1, 2, 3].map((i) => work.sync(together(n + i)).then(() => n + i));
    units.push(work.run(alone(n + 4)).then(() => n + 4));
    // Written at once and unbuffered: what was said before the kill is heard.
    await Promise.all(units.map(async (unit) => writeSync(1, `${await unit}\n`)));
  }
}

void main(process.argv[2] ?? '');
