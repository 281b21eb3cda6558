// Real: SQLite on a file and in memory, TypeORM, the event loop.
import { AsyncLocalStorage } from 'node:async_hooks';
import { scrypt as scryptWithCallback } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Entity } from 'typeorm';
import type { DatabaseChoice } from './choose-database.js';
import { IdColumn, WholeColumn } from './columns.js';
import { DatabaseUnavailable, NestedUnit, UnitCrossedTurn } from './database.errors.js';
import { SqliteDatabase } from './sqlite.database.js';
import type { Turn } from './sqlite.unit-of-work.js';
import type { Sql } from './statements.js';
import type { Tx } from './unit-of-work.js';

const scrypt = promisify<string, string, number, Buffer>(scryptWithCallback);

@Entity('entry')
class EntryRow {
  @IdColumn() id!: string;
  @WholeColumn() size!: number;
}

class EntryTable {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('CREATE TABLE entry (id TEXT PRIMARY KEY, size INTEGER NOT NULL CHECK (size >= 0)) STRICT');
    await runner.query(
      'CREATE TABLE child (entry TEXT REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED, n INTEGER) STRICT',
    );
  }
  async down(): Promise<void> {}
}

const put =
  (id: string, size = 1) =>
  (sql: Sql) =>
    sql.prepared<[string, number]>('INSERT INTO entry (id, size) VALUES (?, ?)').run(id, size).changes;

const orphan = (sql: Sql) => sql.prepared('INSERT INTO child (entry, n) VALUES (?, ?)').run('nobody', 1).changes;

describe.each(['file', 'memory'])('unit of work (%s)', (place) => {
  let database: SqliteDatabase;
  let folder: string;
  let bugs: Error[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'renum-unit-'));
    bugs = [];
    const choice: DatabaseChoice =
      place === 'file' ? { mode: 'embedded', file: join(folder, 'renum.db') } : { mode: 'ephemeral', reason: 'a test' };
    database = await SqliteDatabase.open(choice, {
      entities: [EntryRow],
      migrations: [{ name: '0001-entry', sqlite: EntryTable, postgres: EntryTable }],
      onBug: (bug) => bugs.push(bug),
    });
  });

  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ids = (): string[] =>
    database.reader
      .prepared<[], { id: string }>('SELECT id FROM entry ORDER BY id')
      .all()
      .map(({ id }) => id);

  test('a unit of TypeORM calls runs in the context of whoever asked for it', async () => {
    const asker = new AsyncLocalStorage<string>();
    const ask = (name: string) => asker.run(name, () => database.work.run(async () => asker.getStore()));
    expect(await Promise.all(['ada', 'eve', 'bob'].map(ask))).toEqual(['ada', 'eve', 'bob']);
  });

  test('a unit that rolls back while 100 appends are queued loses none of them', async () => {
    const failing = database.work.run(async (tx: Tx) => {
      await tx.insert(EntryRow, { id: 'never', size: 1 });
      throw new Error('changed my mind');
    });
    const appends = Array.from({ length: 100 }, (_, n) => database.work.sync(put(`e${String(n).padStart(3, '0')}`)));
    const between = database.work.run(async (tx: Tx) => {
      await tx.insert(EntryRow, { id: 'never either', size: 1 });
      throw new Error('so did I');
    });

    await expect(failing).rejects.toThrow('changed my mind');
    await expect(between).rejects.toThrow('so did I');
    expect(await Promise.all(appends)).toHaveLength(100);
    expect(ids()).toHaveLength(100);
    expect(ids()).not.toContain('never');
  });

  test('an async unit that crosses a turn fails', async () => {
    let leaked: Tx | undefined;
    const crossing = database.work.run(async (tx) => {
      leaked = tx;
      await tx.insert(EntryRow, { id: 'lost', size: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1));
      await tx.insert(EntryRow, { id: 'stray', size: 1 });
    });
    const next = database.work.sync(put('kept'));

    await expect(crossing).rejects.toThrow(UnitCrossedTurn);
    await next;
    await expect(leaked?.insert(EntryRow, { id: 'stray', size: 1 })).rejects.toThrow('released');
    expect(ids()).toEqual(['kept']);
    expect(bugs).toEqual([expect.any(UnitCrossedTurn)]);
  });

  test.each([
    ['another turn', () => new Promise((resolve) => setImmediate(resolve))],
    ['a timer that is due', () => new Promise((resolve) => setTimeout(resolve, 0))],
    ['a file', () => readFile(__filename)],
    ['a hash', () => scrypt('password', 'salt', 16)],
  ])('an async unit may not await %s', async (_, wait) => {
    const crossing = database.work.run(async (tx) => {
      await tx.insert(EntryRow, { id: 'lost', size: 1 });
      await wait();
    });
    await expect(crossing).rejects.toThrow(UnitCrossedTurn);
    expect(ids()).toEqual([]);
  });

  test('the edition is another one after every unit of TypeORM calls, and before anybody is told; appends leave it', async () => {
    const { work } = database;
    const [first] = [work.edition];
    let inside: number | undefined;
    const committing = work.run(async (tx: Tx) => {
      await tx.insert(EntryRow, { id: 'a', size: 1 });
      inside = work.edition;
    });
    const seen = await committing.then(() => work.edition);
    expect([inside, seen]).toEqual([first, first + 1]);

    await expect(work.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(work.edition).toBe(first + 2);
    await work.sync(put('b'));
    expect(work.edition).toBe(first + 2);
  });

  test('an async unit may await as much of the database as it likes', async () => {
    await database.work.run(async (tx) => {
      for (let n = 0; n < 500; n += 1) await tx.save(EntryRow, { id: `e${n}`, size: n });
      await Promise.all((await tx.find(EntryRow)).map((row) => tx.update(EntryRow, { id: row.id }, { size: 0 })));
    });
    expect(await database.read.countBy(EntryRow, { size: 0 })).toBe(500);
    expect(bugs).toEqual([]);
  });

  test('a failed COMMIT reaches every caller', async () => {
    const committed = database.work.transactions;
    const outcomes = await Promise.allSettled([
      database.work.sync(put('a')),
      database.work.sync(orphan),
      database.work.sync(put('b')),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const outcome of outcomes) expect(outcome).toHaveProperty('reason.code', 'SQLITE_CONSTRAINT_FOREIGNKEY');
    expect(ids()).toEqual([]);
    expect(database.work.transactions).toBe(committed);
    await expect(database.work.sync(put('c'))).resolves.toBe(1);
  });

  test('a failed COMMIT of an async unit reaches its caller', async () => {
    const failing = database.work.run((tx) => tx.query("INSERT INTO child (entry, n) VALUES ('nobody', 1)"));
    await expect(failing).rejects.toHaveProperty('code', 'SQLITE_CONSTRAINT_FOREIGNKEY');
    await expect(database.work.sync(put('c'))).resolves.toBe(1);
  });

  test('a full disk refuses everybody in the batch as unavailable and leaves nothing', async () => {
    await database.work.sync(put('before'));
    await database.work.run((tx) => tx.query('PRAGMA max_page_count = 12'));
    const fill = (sql: Sql) =>
      sql.prepared<[string, number]>('INSERT INTO entry (id, size) VALUES (?, ?)').run('x'.repeat(200_000), 1);

    const outcomes = await Promise.allSettled([
      database.work.sync(put('a')),
      database.work.sync(fill),
      database.work.sync(put('b')),
    ]);

    for (const outcome of outcomes) expect(outcome).toHaveProperty('reason', expect.any(DatabaseUnavailable));
    expect(ids()).toEqual(['before']);
    await expect(database.work.sync(put('after'))).resolves.toBe(1);
  });

  test('units that wait together share one COMMIT, in the order in which they came', async () => {
    const turns: Turn[] = [];
    const stop = database.work.observe((turn) => turns.push(turn));
    const before = database.work.transactions;
    const order: string[] = [];
    const note = (name: string) => () => order.push(name);

    await Promise.all([
      database.work.sync(put('a')).then(note('a')),
      database.work.sync(put('b')).then(note('b')),
      database.work.run((tx) => tx.insert(EntryRow, { id: 'c', size: 1 })).then(note('c')),
      database.work.sync(put('d')).then(note('d')),
    ]);
    stop();
    await database.work.sync(put('unseen'));

    expect(order).toEqual(['a', 'b', 'c', 'd']);
    expect(database.work.transactions - before).toBe(4);
    expect(turns.map(({ kind, units }) => [kind, units])).toEqual([
      ['sync', 2],
      ['async', 1],
      ['sync', 1],
    ]);
    expect(turns.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });

  test('a refusal before the first write refuses its own caller only and rolls nothing back', async () => {
    const refused = (sql: Sql) => {
      if (sql.prepared('SELECT 1 FROM entry WHERE id = ?').get('a')) throw new Error('taken');
      return 0;
    };
    const outcomes = await Promise.allSettled([
      database.work.sync(put('a')),
      database.work.sync(refused),
      database.work.sync(put('b')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toHaveProperty('reason.message', 'taken');
    expect(ids()).toEqual(['a', 'b']);
  });

  test('a unit that throws after writing loses its writes and none of its neighbours', async () => {
    let runs = 0;
    const counted = (sql: Sql) => {
      runs += 1;
      return put('a')(sql);
    };
    const careless = (sql: Sql) => {
      put('half')(sql);
      throw new Error('too late');
    };
    const outcomes = await Promise.allSettled([
      database.work.sync(counted),
      database.work.sync(careless),
      database.work.sync(careless),
      database.work.sync(put('b')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toHaveProperty('reason.message', 'too late');
    expect(ids()).toEqual(['a', 'b']);
    expect(runs).toBe(2);
  });

  test('a unit with a savepoint may throw late without a second run of its neighbours', async () => {
    let runs = 0;
    const counted = (sql: Sql) => {
      runs += 1;
      return put('a')(sql);
    };
    const late = (sql: Sql) => {
      put('half')(sql);
      throw new Error('too late');
    };
    const outcomes = await Promise.allSettled([
      database.work.sync(counted),
      database.work.sync(late, { savepoint: true }),
      database.work.sync(put('b'), { savepoint: true }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ids()).toEqual(['a', 'b']);
    expect(runs).toBe(1);
  });

  test('a constraint refuses one unit with the error of the database', async () => {
    const outcomes = await Promise.allSettled([
      database.work.sync(put('a')),
      database.work.sync(put('a')),
      database.work.run((tx) => tx.insert(EntryRow, { id: 'a', size: 1 })),
    ]);
    expect(outcomes[1]).toHaveProperty('reason.code', 'SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(outcomes[2]).toHaveProperty('reason.driverError.code', 'SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(ids()).toEqual(['a']);
  });

  test('a caller is answered only after COMMIT', async () => {
    let seen: string[] = [];
    await database.work.sync(put('a')).then(() => {
      seen = ids();
    });
    expect(seen).toEqual(['a']);
  });

  test('refuses a unit inside a unit, and says so instead of waiting for ever', async () => {
    await expect(database.work.run(() => database.work.sync(put('inner')))).rejects.toThrow(NestedUnit);
    await expect(database.work.run(() => database.work.run(async () => 1))).rejects.toThrow(NestedUnit);

    let inner: Promise<unknown> | undefined;
    await database.work.sync(() => {
      inner = database.work.sync(put('inner'));
      inner.catch(() => undefined);
    });
    await expect(inner).rejects.toThrow(NestedUnit);
    expect(ids()).toEqual([]);
  });

  test('takes a unit that was started by something that an ended unit left behind', async () => {
    let later: Promise<number> | undefined;
    const timer = new Promise<void>((resolve) => {
      void database.work.run(async () => {
        setTimeout(() => {
          later = database.work.sync(put('later'));
          resolve();
        }, 1);
      });
    });
    await timer;
    await expect(later).resolves.toBe(1);
  });

  test('refuses a sync unit that returns a promise', async () => {
    await expect(database.work.sync(async () => 1)).rejects.toThrow('returned a promise');
  });

  test('undoes what a savepoint of TypeORM undid and keeps the rest of its unit', async () => {
    await database.work.run(async (tx) => {
      await tx.save(EntryRow, { id: 'a', size: 1 });
      await tx
        .transaction(async (inner) => {
          await inner.insert(EntryRow, { id: 'inner', size: 1 });
          throw new Error('only the inner part');
        })
        .catch(() => undefined);
      await tx.update(EntryRow, { id: 'a' }, { size: 2 });
    });
    expect(await database.read.find(EntryRow)).toEqual([{ id: 'a', size: 2 }]);
  });

  test('does no more than a bounded batch in one turn', async () => {
    const turns: Turn[] = [];
    database.work.observe((turn) => turns.push(turn));
    const all = Promise.all(Array.from({ length: 600 }, (_, n) => database.work.sync(put(`n${n}`))));
    expect(database.work.waiting).toBe(600);
    await all;
    expect(turns.map(({ units }) => units)).toEqual([256, 256, 88]);
  });

  test('rolls back a transaction that somebody left open, and refuses the batch that found it', async () => {
    await database.work.sync((sql) => {
      sql.prepared('COMMIT').run();
      sql.prepared('BEGIN').run();
      put('a')(sql);
    });
    await database.work
      .sync((sql) => {
        sql.prepared('COMMIT').run();
      })
      .catch(() => undefined);
    await expect(database.work.sync(put('b'))).resolves.toBe(1);
  });

  test('answers what was accepted before the close and refuses what comes after', async () => {
    const accepted = [
      database.work.sync(put('a')),
      database.work.run((tx) => tx.insert(EntryRow, { id: 'b', size: 1 })),
    ];
    const closed = database.close();
    const late = database.work.sync(put('late'));

    await expect(late).rejects.toThrow(DatabaseUnavailable);
    await expect(database.work.run(async () => 1)).rejects.toThrow(DatabaseUnavailable);
    await expect(Promise.all(accepted)).resolves.toHaveLength(2);
    await closed;
    expect(database.isOpen).toBe(false);
  });
});
