// Real: PostgreSQL, TypeORM on it, sessions that are ended from outside.
import { createServer, type Server } from 'node:net';
import { Client } from 'pg';
import { Entity } from 'typeorm';
import { requires } from '../../../test/requires.js';
import { FlagColumn, IdColumn, InstantColumn, JsonColumn, TextColumn, WholeColumn } from './columns.js';
import {
  DatabaseInUse,
  DatabaseUnavailable,
  DatabaseUnreachable,
  DatabaseUnusable,
  NestedUnit,
  OutcomeUnknown,
  ReadBesideUnit,
  WriteOutsideUnit,
} from './database.errors.js';
import type { Migration } from './migrations.js';
import { insertRowAlone, insertRowIn } from './new-row.js';
import { openPostgres } from './open-database.js';
import type { Patience } from './postgres.connection.js';
import { PostgresDatabase, type PostgresOptions } from './postgres.database.js';
import { isDuplicate } from './statements.js';
import { PostgresWire } from './testing/postgres-wire.js';
import { barePostgres, postgresChoice, type TestPostgres } from './testing/test-postgres.js';

@Entity('note')
class NoteRow {
  @IdColumn() id!: string;
  @TextColumn() firstLine!: string;
  @InstantColumn({ nullable: true }) readAt!: number | null;
  @WholeColumn({ default: 0 }) sizeBytes!: number;
  @JsonColumn({ nullable: true }) tags!: object | null;
  @FlagColumn({ default: false }) isDraft!: boolean;
}

class NoteTable {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(`CREATE TABLE note (
      id text COLLATE "C" PRIMARY KEY, first_line text NOT NULL, read_at bigint, size_bytes bigint NOT NULL DEFAULT 0,
      tags text, is_draft boolean NOT NULL DEFAULT false
    )`);
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
const BARE = { id: 'n2', firstLine: '', readAt: null, sizeBytes: 0, tags: null, isDraft: false };
const NOTES: Migration = { name: '0001-note', sqlite: NoteTable, postgres: NoteTable };
const options: PostgresOptions = { entities: [NoteRow], migrations: [NOTES] };
const PUT = 'INSERT INTO note (id, first_line, is_draft) VALUES (?, ?, ?)';

requires('postgres').describe('PostgreSQL', () => {
  let place: TestPostgres;
  let database: PostgresDatabase;

  beforeAll(async () => {
    place = await barePostgres();
  });
  beforeEach(async () => {
    database = await PostgresDatabase.open(place.choice, options);
    await database.work.write('DELETE FROM note');
  });
  afterEach(() => database.close());

  /** Ends every session of ours on the database, as an administrator or a restart would. */
  async function endSessions(): Promise<void> {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await client.end();
  }

  /** Until so many sessions are in the middle of a statement that sleeps. */
  async function asleep(count: number): Promise<void> {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    const sleeping = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    while (((await client.query(sleeping)).rowCount ?? 0) < count) await client.query('SELECT pg_sleep(0.01)');
    await client.end();
  }

  const ids = async (): Promise<readonly string[]> =>
    (await database.all<{ id: string }>('SELECT id FROM note ORDER BY id')).map(({ id }) => id);

  describe('what is kept', () => {
    test('says what it is', () => {
      expect(database).toMatchObject({ mode: 'postgres', durability: 'durable', fsyncMs: null });
      expect(database.standing).toEqual({ mode: 'postgres', lost: [], kept: [expect.any(String)] });
    });

    test('numbers, instants, JSON and flags come back as they were', async () => {
      await database.work.run(async (tx) => {
        await tx.insert(NoteRow, NOTE);
        await tx.save(NoteRow, BARE);
      });
      expect(await database.read.find(NoteRow, { order: { id: 'ASC' } })).toEqual([NOTE, BARE]);
      expect(await database.read.findBy(NoteRow, { isDraft: true, readAt: NOTE.readAt })).toEqual([NOTE]);
      expect(
        await database.find('SELECT is_draft AS "isDraft", read_at AS at, tags FROM note WHERE id = ?', 'n1'),
      ).toEqual({
        isDraft: true,
        at: NOTE.readAt,
        tags: JSON.stringify(NOTE.tags),
      });
      expect(await database.find('SELECT count(*) AS notes FROM note')).toEqual({ notes: 2 });
    });

    test('portable statements read and write, one row or many, and a failure of theirs is told', async () => {
      expect(await database.work.write(PUT, 'n1', 'one', true)).toBe(1);
      expect(await database.work.write(PUT, 'n2', 'two', false)).toBe(1);
      expect(await database.work.write('UPDATE note SET size_bytes = 9 WHERE id IN ?', ['n1', 'n2', 'n3'])).toBe(2);
      const line = 'SELECT first_line AS "firstLine" FROM note WHERE id IN ? AND is_draft = ?';
      expect(await database.find(line, ['n1', 'n2'], true)).toEqual({ firstLine: 'one' });
      expect(await database.find(line, [], true)).toBeNull();
      await expect(database.find('SELECT * FROM nowhere')).rejects.toThrow('does not exist');
      const twice = database.work.write(PUT, 'n1', 'again', true);
      await expect(twice).rejects.toThrow('duplicate key');
      expect(isDuplicate(await twice.catch((error: unknown) => error))).toBe(true);
    });

    test('a row that somebody else made is written by a unit, or alone', async () => {
      const row = (id: string) => ({ table: 'note', values: { id, first_line: '', is_draft: false } });
      await database.work.run((tx) => insertRowIn(tx, row('n1')));
      await insertRowAlone(database.work, row('n2'));
      expect(await ids()).toEqual(['n1', 'n2']);
    });

    test('reading refuses to write', async () => {
      await expect(database.all('DELETE FROM note')).rejects.toThrow(WriteOutsideUnit);
      await expect(database.read.insert(NoteRow, NOTE)).rejects.toThrow(WriteOutsideUnit);
      await expect(database.read.save(NoteRow, NOTE)).rejects.toThrow(WriteOutsideUnit);
      await expect(database.read.transaction(async () => 1)).rejects.toThrow(WriteOutsideUnit);
    });
  });

  describe('a unit', () => {
    test('is kept whole or not at all, and its tx is dead when it ends', async () => {
      let leaked: Parameters<Parameters<PostgresDatabase['work']['run']>[0]>[0] | undefined;
      const failed = database.work.run(async (tx) => {
        leaked = tx;
        await tx.insert(NoteRow, NOTE);
        throw new Error('changed its mind');
      });
      await expect(failed).rejects.toThrow('changed its mind');
      expect(await ids()).toEqual([]);
      await expect(leaked?.insert(NoteRow, NOTE)).rejects.toThrow('released');
      expect(await ids()).toEqual([]);
    });

    test('that loses again and again is let through, however many quicker ones there are', async () => {
      const counted = 'SELECT count(*) FROM note';
      let isOver = false;
      const slow = database.work.run(async (tx) => {
        await tx.query(counted);
        await tx.query('SELECT pg_sleep(0.1)');
        await tx.insert(NoteRow, NOTE);
      });
      const quick = async (lane: string): Promise<void> => {
        for (let turn = 0; !isOver; turn++) {
          await database.work.run(async (tx) => {
            await tx.query(counted);
            await tx.insert(NoteRow, { ...NOTE, id: `${lane}.${turn}` });
          });
        }
      };
      const crowd = ['a', 'b', 'c'].map(quick);
      await slow.finally(() => {
        isOver = true;
      });
      await Promise.all(crowd);
      expect(await ids()).toContain(NOTE.id);
    });

    test('neither starts another one nor reads beside itself', async () => {
      for (const again of [() => database.work.run(async () => 1), () => database.work.write('DELETE FROM note')])
        await expect(database.work.run(again)).rejects.toThrow(NestedUnit);
      for (const read of [() => database.find('SELECT 1'), () => database.all('SELECT 1'), async () => database.read]) {
        await expect(database.work.run(read)).rejects.toThrow(ReadBesideUnit);
        expect(await read()).toBeDefined();
      }
    });

    test('fails as a whole when one of its statements failed, even if nobody looked', async () => {
      await database.work.write(PUT, 'n1', '', true);
      const careless = database.work.run(async (tx) => {
        await tx.insert(NoteRow, BARE);
        await tx.query('SELECT * FROM nowhere').catch(() => undefined);
      });
      await expect(careless).rejects.toThrow('went on after one of its statements had failed');
      expect(await ids()).toEqual(['n1']);
    });

    test('of 60 at the same moment that count before they write, exactly as many as the limit write', async () => {
      const limit = 5;
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, n) =>
          database.work.run(async (tx) => {
            if ((await tx.countBy(NoteRow, {})) >= limit) throw new Error('full');
            await tx.insert(NoteRow, { ...BARE, id: `n${n}` });
          }),
        ),
      );
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
      expect(new Set(refusals)).toEqual(new Set(['Error: full']));
      expect(refusals).toHaveLength(60 - limit);
      expect(await ids()).toHaveLength(limit);
    });

    test('of many that look before they make the same thing, one makes it and the others find it', async () => {
      const made = await Promise.all(
        Array.from({ length: 20 }, () =>
          database.work.run(async (tx) => {
            if (await tx.existsBy(NoteRow, { id: 'n2' })) return 'found';
            await tx.insert(NoteRow, BARE);
            return 'made';
          }),
        ),
      );
      expect(made.filter((one) => one === 'made')).toHaveLength(1);
    });

    test('counts what was committed, and shows what waits', async () => {
      const before = database.work.transactions;
      await database.work.run((tx) => tx.insert(NoteRow, NOTE));
      await database.work.write('DELETE FROM note');
      expect(database.work.transactions - before).toBe(2);
      expect(database.work.waiting).toBe(0);
    });
  });

  describe('a database that goes away', () => {
    test('is found again, and what was cut off in between is told as such', async () => {
      const cut = database.work.run(async (tx) => {
        await tx.insert(NoteRow, NOTE);
        await tx.query('SELECT pg_sleep(10)');
      });
      const slow = database.work.write("INSERT INTO note (id, first_line) SELECT 'n9', '' FROM pg_sleep(10)");
      const reading = database.find('SELECT 1 FROM pg_sleep(10)');
      const ends = Promise.allSettled([cut, slow, reading]);
      await asleep(3);
      await endSessions();
      const [unit, statement, read] = (await ends).map((end) => (end.status === 'rejected' ? end.reason : end.value));
      expect(unit).toBeInstanceOf(DatabaseUnavailable);
      expect(unit).not.toBeInstanceOf(OutcomeUnknown);
      expect(statement).toBeInstanceOf(OutcomeUnknown);
      expect(read).toBeInstanceOf(DatabaseUnavailable);

      await database.work.run((tx) => tx.insert(NoteRow, NOTE));
      expect(await database.read.countBy(NoteRow, {})).toBe(1);
      expect(await ids()).toEqual(['n1']);
      await expect(database.check()).resolves.toBeUndefined();
    });

    test('ends nothing but what was asked of it, also where sessions are lost in the moment they are opened', async () => {
      const wire = await PostgresWire.to(place.url);
      await database.close();
      database = await PostgresDatabase.open(postgresChoice(wire.url), options);
      const many = <T>(ask: () => Promise<T>): Promise<readonly PromiseSettledResult<T>[]> =>
        Promise.allSettled(Array.from({ length: 4 }, ask));
      wire.endNewSessions();
      const answers = [
        ...(await many(() => database.all('SELECT pg_sleep(0.05)'))),
        ...(await many(() => database.work.write("UPDATE note SET first_line = 'x'"))),
        ...(await many(() => database.work.run(async (tx) => tx.find(NoteRow)))),
        ...(await many(() => database.read.find(NoteRow))),
      ];
      const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(failures.length).toBeGreaterThan(3);
      for (const failure of failures) expect(failure).toBeInstanceOf(DatabaseUnavailable);

      wire.giveBack();
      expect(await ids()).toEqual([]);
      await database.close();
      await wire.close();
    });

    test('refuses what comes after the close, however often it is closed', async () => {
      await Promise.all([database.close(), database.close()]);
      await expect(database.work.run(async () => 1)).rejects.toThrow(DatabaseUnavailable);
      await expect(database.work.write('DELETE FROM note')).rejects.toThrow(DatabaseUnavailable);
      await expect(database.find('SELECT 1')).rejects.toThrow(DatabaseUnavailable);
      await expect(database.read.find(NoteRow)).rejects.toBeInstanceOf(Error);
      await expect(database.check()).rejects.toThrow(DatabaseUnavailable);
    });

    test('a statement that waits too long for a lock is not available, and holds up nobody else', async () => {
      const client = new Client({ connectionString: place.url });
      await client.connect();
      await client.query('BEGIN; LOCK TABLE note');
      const waiting = database.work.write('DELETE FROM note');
      await expect(waiting).rejects.toThrow(DatabaseUnavailable);
      await client.end();
      await expect(database.work.write('DELETE FROM note')).resolves.toBe(0);
    });
  });

  describe('one server on one database', () => {
    const claiming: PostgresOptions = { ...options, claim: { waitMs: 0 } };

    test('a second one is refused, told who was first, and let in when that one has gone', async () => {
      const first = await PostgresDatabase.open(place.choice, claiming);
      const second = PostgresDatabase.open(place.choice, claiming);
      await expect(second).rejects.toThrow(DatabaseInUse);
      await expect(second).rejects.toThrow(new RegExp(`in use by renum .* pid ${process.pid} since .*Redis`));
      await expect(second).rejects.toHaveProperty('exitCode', 78);
      await first.close();
      const third = await PostgresDatabase.open(place.choice, claiming);
      expect(third.isAlone).toBe(true);
      await third.close();
    });

    test('commands work beside it', async () => {
      const server = await PostgresDatabase.open(place.choice, claiming);
      expect(database.isAlone).toBe(false);
      expect(await database.migrations.status()).toEqual([{ name: '0001-note', appliedAt: expect.any(Number) }]);
      await server.close();
    });

    test('one that lost its place to another while it was cut off writes no more until that one has gone', async () => {
      const cutOff = await PostgresDatabase.open(place.choice, claiming);
      await endSessions();
      const usurper = await PostgresDatabase.open(place.choice, claiming);
      await expect(cutOff.check()).rejects.toThrow('in use by');
      await expect(cutOff.work.write(PUT, 'n1', '', true)).rejects.toThrow(DatabaseUnavailable);
      await expect(cutOff.work.run((tx) => tx.insert(NoteRow, NOTE))).rejects.toThrow(DatabaseUnavailable);
      await expect(cutOff.statement('SELECT 1')).rejects.toThrow(DatabaseUnavailable);
      await usurper.close();
      await cutOff.check();
      await cutOff.work.write(PUT, 'n1', '', true);
      await cutOff.close();
    });

    test('a start waits a moment for a server that was killed', async () => {
      const dying = await PostgresDatabase.open(place.choice, claiming);
      const next = PostgresDatabase.open(place.choice, { ...options, claim: { waitMs: 5_000 } });
      await dying.check();
      await dying.close();
      await (await next).close();
    });
  });

  describe('a start', () => {
    const quiet: Patience = { waitMs: 0, onWait: () => undefined };
    const opened = (change: (url: URL) => unknown, patience = quiet) => {
      const url = new URL(place.url.replace('renum@', 'renum:geheim@'));
      change(url);
      return openPostgres(postgresChoice(url.href), options, patience);
    };

    test.each([
      ['an unknown database', (url: URL) => Object.assign(url, { pathname: '/nowhere' }), 'does not exist'],
      ['an unknown user', (url: URL) => Object.assign(url, { username: 'nobody' }), 'does not exist'],
      ['a server without TLS that must have it', (url: URL) => url.searchParams.set('sslmode', 'require'), 'SSL'],
    ])('with %s ends at once, without the password', async (_, change, why) => {
      const start = opened(change, { ...quiet, waitMs: 60_000 });
      await expect(start).rejects.toThrow(DatabaseUnusable);
      await expect(start).rejects.toThrow(why);
      await expect(start).rejects.toHaveProperty('exitCode', 78);
      await expect(start).rejects.not.toThrow('geheim');
    });

    test('waits for a server that is not there yet, says so, and gives up in the end', async () => {
      const nobody = await listening();
      const { port } = nobody.address() as { port: number };
      await new Promise((resolve) => nobody.close(resolve));
      const said: string[] = [];
      const start = opened((url) => Object.assign(url, { port: `${port}` }), {
        waitMs: 600,
        onWait: (message) => void said.push(message),
      });
      await expect(start).rejects.toThrow(DatabaseUnreachable);
      await expect(start).rejects.toThrow(`127.0.0.1:${port}/`);
      await expect(start).rejects.toHaveProperty('exitCode', 1);
      await expect(start).rejects.not.toThrow('geheim');
      expect(said).toEqual([expect.stringMatching(/^waiting for PostgreSQL at 127\.0\.0\.1:\d+\/\S+: .*ECONNREFUSED/)]);
    });

    test('of two at the same moment on an empty database, each change is made once', async () => {
      const bare = await barePostgres();
      const both = await Promise.all([1, 2].map(() => PostgresDatabase.open(bare.choice, options)));
      expect(await both[0]?.migrations.status()).toEqual([{ name: '0001-note', appliedAt: expect.any(Number) }]);
      for (const one of both) await one.close();
    });

    test('a migration that fails leaves nothing, and those before it stay', async () => {
      const bare = await barePostgres();
      class Broken {
        async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
          await runner.query('CREATE TABLE half (id text)');
          await runner.query('CREATE TABLE half (id text)');
        }
        async down(): Promise<void> {}
      }
      const broken = { name: '0002-broken', sqlite: Broken, postgres: Broken };
      const all = { ...options, migrations: [NOTES, broken] };
      await expect(PostgresDatabase.open(bare.choice, all)).rejects.toThrow('0002-broken failed (up) and left nothing');
      const after = await PostgresDatabase.open(bare.choice, { ...all, migrate: false });
      expect((await after.migrations.status()).map(({ appliedAt }) => appliedAt !== null)).toEqual([true, false]);
      await expect(after.find('SELECT * FROM half')).rejects.toThrow('does not exist');
      await after.close();
      await expect(PostgresDatabase.open(bare.choice, { ...options, migrations: [] })).rejects.toThrow(
        'a newer release has changed it (0001-note)',
      );
    });
  });
});

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}
