// Real: SQLite in memory, TypeORM, the event loop; the model is a list.

import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { SqliteDatabase } from './sqlite.database.js';
import type { SqliteUnitOfWork } from './sqlite.unit-of-work.js';
import type { Sql } from './statements.js';
import type { Tx } from './unit-of-work.js';

/** What a unit does with the log, to which each adds its number, and how it ends. */
const KINDS = [
  'sync',
  'sync refused',
  'sync careless',
  'sync late, with savepoint',
  'async',
  'async late',
  'async crossing',
  'sync if even',
] as const;
type Kind = (typeof KINDS)[number];

class LogTable {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE log (place INTEGER PRIMARY KEY, unit INTEGER NOT NULL) STRICT');
  }
  async down(): Promise<void> {}
}

const LENGTH = 'SELECT count(*) AS length FROM log';
const APPEND = 'INSERT INTO log (place, unit) VALUES ((SELECT count(*) FROM log), ?)';

const length = (sql: Sql): number => sql.prepared<[], { length: number }>(LENGTH).get()?.length ?? 0;
const append = (sql: Sql, unit: number): void => void sql.prepared<[number]>(APPEND).run(unit);
const fails = (): never => {
  throw new Error('refused');
};

function start(work: SqliteUnitOfWork, kind: Kind, unit: number): Promise<unknown> {
  switch (kind) {
    case 'sync':
      return work.sync((sql) => append(sql, unit));
    case 'sync refused':
      return work.sync(fails);
    case 'sync careless':
      return work.sync((sql) => {
        append(sql, unit);
        fails();
      });
    case 'sync late, with savepoint':
      return work.sync(
        (sql) => {
          append(sql, unit);
          fails();
        },
        { savepoint: true },
      );
    case 'sync if even':
      return work.sync((sql) => {
        if (length(sql) % 2 !== 0) fails();
        append(sql, unit);
      });
    case 'async':
      return work.run(async (tx: Tx) => {
        await tx.query(APPEND, [unit]);
        await tx.query(LENGTH);
      });
    case 'async late':
      return work.run(async (tx: Tx) => {
        await tx.query(APPEND, [unit]);
        fails();
      });
    case 'async crossing':
      return work.run(async (tx: Tx) => {
        await tx.query(APPEND, [unit]);
        await nextTurn();
        await tx.query(APPEND, [unit]);
      });
  }
}

/** One after the other, each whole or not at all. */
function model(kinds: readonly Kind[]): { log: number[]; kept: boolean[] } {
  const log: number[] = [];
  const kept = kinds.map((kind, unit) => {
    const keeps = kind === 'sync' || kind === 'async' || (kind === 'sync if even' && log.length % 2 === 0);
    if (keeps) log.push(unit);
    return keeps;
  });
  return { log, kept };
}

test('any mixture of units, whenever they come, ends as if each had run alone in the order of its coming', async () => {
  const unit = fc.record({ kind: fc.constantFrom(...KINDS), pause: fc.constantFrom('none', 'none', 'tick', 'turn') });
  const database = await SqliteDatabase.open(
    { mode: 'ephemeral', reason: 'a test' },
    { entities: [], migrations: [{ name: '0001-log', sqlite: LogTable, postgres: LogTable }] },
  );
  const { work, reader } = database;

  await fc.assert(
    fc.asyncProperty(fc.array(unit, { maxLength: 30 }), async (units) => {
      await work.sync((sql) => sql.prepared('DELETE FROM log').run());
      const answers: Promise<PromiseSettledResult<unknown>>[] = [];
      for (const [n, { kind, pause }] of units.entries()) {
        answers.push(Promise.allSettled([start(work, kind, n)]).then(([only]) => only));
        if (pause === 'tick') await Promise.resolve();
        if (pause === 'turn') await nextTurn();
      }
      const outcomes = await Promise.all(answers);

      const expected = model(units.map(({ kind }) => kind));
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(expected.kept);
      expect(reader.prepared('SELECT unit FROM log ORDER BY place').all()).toEqual(
        expected.log.map((n) => ({ unit: n })),
      );
    }),
    { numRuns: 300 },
  );
  await database.close();
});
