import { crashPoint, type Sql, type SqliteDatabase, type Write, writeAll } from '#libs/platform/database/index.js';
import { type JournalEvent, type Note, PUBLIC_NAME } from '#libs/workflow/index.js';
import { type EventText, readBody, writeBody } from './event-text.js';
import { AlreadyBegun, OpenLimitReached, OwnershipLost, SeqTaken } from './journal.errors.js';
import { type Claim, type ExecutionFilter, type ExecutionRow, Journal, type NewExecution } from './journal.js';
import { ACCEPTED, type Standing, standingAfter } from './standing-after.js';

/** What a unit reads of an execution before it writes. */
interface Held extends Standing {
  /** Of its last event. */
  readonly seq: number;
  readonly owner: string | null;
  readonly epoch: number;
  readonly wakeAt: number | null;
}

/** An event with its body as text, made before its unit so that the writing handle never waits for JSON or a hash. */
interface Written extends EventText {
  readonly seq: number;
  readonly publicSeq: number | null;
  readonly at: number;
}

interface EventRow {
  readonly seq: number;
  readonly publicSeq: number | null;
  readonly at: number;
  readonly body: string;
  readonly payloads: string | null;
}

/** A released execution with this wake time is due at any time. */
const AT_ONCE = 0;

/**
 * The journal on SQLite, file or memory. Every append is one sync unit that checks before it writes, so that appends
 * of many executions share a COMMIT. One server lives in a data folder: an owner other than the one who asks is dead.
 */
export class SqliteJournal extends Journal {
  constructor(private readonly database: SqliteDatabase) {
    super();
  }

  /** Who asks is alive and nobody else is: there is nothing to be written about it. */
  async join(): Promise<void> {}

  async leave(): Promise<void> {}

  begin(
    execution: NewExecution,
    events: readonly JournalEvent[],
    openLimit: number,
    also: readonly Write[] = [],
  ): Promise<void> {
    const { id, userId, teamId, owner } = execution;
    const written = events.map(write);
    const { status, startedAt, finishedAt } = standingAfter(ACCEPTED, events);
    const createdAt = events[0]?.at ?? 0;
    const wakeAt = owner === null ? createdAt : null;
    const epoch = owner === null ? 0 : 1;
    return this.database.work.sync((sql) => {
      if (held(sql, id)) throw new AlreadyBegun();
      if (countedOfUser(sql, userId) >= openLimit) throw new OpenLimitReached(openLimit);
      sql
        .prepared(INSERT_EXECUTION)
        .run(id, userId, teamId, status, createdAt, startedAt, finishedAt, owner, epoch, wakeAt);
      insert(sql, id, written);
      writeAll(sql, also);
    });
  }

  async decide(id: string, epoch: number, events: readonly JournalEvent[], also: readonly Write[] = []): Promise<void> {
    const [first] = events;
    if (!first) return;
    const written = events.map(write);
    await this.database.work.sync((sql) => {
      const execution = held(sql, id);
      if (!execution || !isOwned(execution, epoch)) throw new OwnershipLost();
      if (execution.seq !== first.seq - 1) throw new SeqTaken();
      insert(sql, id, written);
      updateStanding(sql, id, execution, events);
      writeAll(sql, also);
    });
  }

  note(id: string, note: Note, at: number, also: readonly Write[] = []): Promise<JournalEvent<Note> | null> {
    const text = writeBody(note);
    return this.database.work.sync((sql) => {
      const execution = held(sql, id);
      if (!execution) return null;
      if (execution.finishedAt !== null && note.kind !== 'cost-recorded') return null;
      const seq = execution.seq + 1;
      const publicSeq = PUBLIC_NAME[note.kind] === null ? null : lastPublicSeq(sql, id) + 1;
      insert(sql, id, [{ ...text, seq, publicSeq, at }]);
      if (isReleased(execution) && execution.wakeAt !== AT_ONCE) sql.prepared(WAKE).run(AT_ONCE, id);
      writeAll(sql, also);
      return { seq, publicSeq, at, body: note };
    });
  }

  async claim(id: string, owner: string): Promise<Claim | null> {
    const taken = await this.database.work.sync((sql) => {
      const before = held(sql, id);
      const execution = rowIn(sql, id);
      if (!before || !execution || before.finishedAt !== null || before.owner === owner) return null;
      const epoch = before.epoch + 1;
      sql.prepared(TAKE).run(owner, epoch, id);
      return { execution, epoch };
    });
    return taken && { ...taken, events: await this.events(id) };
  }

  async owned(id: string, owner: string): Promise<Claim | null> {
    const now = held(this.database.reader, id);
    const execution = rowIn(this.database.reader, id);
    if (!now || !execution || now.owner !== owner || now.finishedAt !== null) return null;
    return { execution, epoch: now.epoch, events: await this.events(id) };
  }

  release(id: string, seq: number, epoch: number, wakeAt: number | null, waitsForPeople = false): Promise<boolean> {
    return this.database.work.sync((sql) => {
      const execution = held(sql, id);
      if (!execution || !isOwned(execution, epoch)) throw new OwnershipLost();
      if (execution.seq !== seq) return false;
      sql.prepared(RELEASE).run(wakeAt, waitsForPeople ? 1 : 0, id);
      return true;
    });
  }

  async unattended(owner: string, now: number, limit: number): Promise<readonly string[]> {
    return idsOf(this.database.reader.prepared<unknown[], { id: string }>(UNATTENDED).all(now, owner, owner, limit));
  }

  async nextWake(): Promise<number | null> {
    return this.database.reader.prepared<[], { wakeAt: number | null }>(NEXT_WAKE).get()?.wakeAt ?? null;
  }

  async events(id: string, afterSeq = 0): Promise<readonly JournalEvent[]> {
    return this.#read(id, this.database.reader.prepared<unknown[], EventRow>(EVENTS).all(id, afterSeq));
  }

  async publicEvents(id: string, afterPublicSeq: number, limit: number): Promise<readonly JournalEvent[]> {
    const { reader } = this.database;
    // An event's own number is never below its public one: the first condition is the key's, the second the answer.
    const rows = reader.prepared<unknown[], EventRow>(PUBLIC_EVENTS).all(id, afterPublicSeq, afterPublicSeq, limit);
    return this.#read(id, rows);
  }

  async find(id: string): Promise<ExecutionRow | null> {
    return rowIn(this.database.reader, id) ?? null;
  }

  async list(userId: string, { teamId, statuses, limit, offset }: ExecutionFilter): Promise<readonly ExecutionRow[]> {
    const { reader } = this.database;
    const among = statuses ? JSON.stringify(statuses) : null;
    if (teamId === undefined)
      return reader.prepared<unknown[], ExecutionRow>(OF_USER).all(userId, among, among, limit, offset);
    return reader.prepared<unknown[], ExecutionRow>(OF_TEAM).all(teamId, userId, among, among, limit, offset);
  }

  async openOf(teamId: string): Promise<readonly string[]> {
    return idsOf(this.database.reader.prepared<unknown[], { id: string }>(OPEN_OF_TEAM).all(teamId));
  }

  async openCount(): Promise<number> {
    return this.database.reader.prepared<[], { open: number }>(OPEN).get()?.open ?? 0;
  }

  remove(id: string, also: readonly Write[] = []): Promise<boolean> {
    return this.database.work.sync((sql) => {
      const execution = held(sql, id);
      if (!execution || execution.finishedAt === null) return false;
      for (const text of REMOVE) sql.prepared(text).run(id);
      writeAll(sql, also);
      return true;
    });
  }

  #read(id: string, rows: readonly EventRow[]): readonly JournalEvent[] {
    const payloadOf = (hash: string): string => payload(this.database.reader, id, hash);
    return rows.map(({ seq, publicSeq, at, body, payloads }) => {
      return { seq, publicSeq, at, body: readBody(body, payloads, payloadOf) };
    });
  }
}

function write({ seq, publicSeq, at, body }: JournalEvent): Written {
  return { ...writeBody(body), seq, publicSeq, at };
}

function held(sql: Sql, id: string): Held | undefined {
  return sql.prepared<unknown[], Held>(HELD).get(id);
}

function isOwned({ owner, epoch }: Held, by: number): boolean {
  return owner !== null && epoch === by;
}

function isReleased({ owner, finishedAt }: Held): boolean {
  return owner === null && finishedAt === null;
}

function rowIn(sql: Sql, id: string): ExecutionRow | undefined {
  return sql.prepared<unknown[], ExecutionRow>(EXECUTION).get(id);
}

function countedOfUser(sql: Sql, userId: string): number {
  return sql.prepared<unknown[], { open: number }>(COUNTED_OF_USER).get(userId)?.open ?? 0;
}

function lastPublicSeq(sql: Sql, id: string): number {
  return sql.prepared<unknown[], { publicSeq: number }>(LAST_PUBLIC_SEQ).get(id)?.publicSeq ?? 0;
}

function payload(sql: Sql, id: string, hash: string): string {
  const row = sql.prepared<unknown[], { body: string }>(PAYLOAD).get(id, hash);
  if (!row) throw new Error(`The journal of ${id} lacks a payload that its events refer to.`);
  return row.body;
}

function insert(sql: Sql, id: string, events: readonly Written[]): void {
  for (const { seq, publicSeq, at, body, places, payloads } of events) {
    sql.prepared(INSERT_EVENT).run(id, seq, publicSeq, at, body, places);
    if (payloads.length > 0) crashPoint('journal.between-event-and-payload');
    for (const payload of payloads) sql.prepared(INSERT_PAYLOAD).run(id, payload.hash, payload.body);
  }
}

/** Most appends change nothing here, and then the row is not written. */
function updateStanding(sql: Sql, id: string, before: Held, events: readonly JournalEvent[]): void {
  const { status, startedAt, finishedAt } = standingAfter(before, events);
  if (status === before.status) return;
  const owner = finishedAt === null ? before.owner : null;
  sql.prepared(UPDATE_STANDING).run(status, startedAt, finishedAt, owner, id);
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}

const COLUMNS = `id, user_id AS userId, team_id AS teamId, status, created_at AS createdAt, started_at AS startedAt,
  finished_at AS finishedAt`;
const AMONG = '(? IS NULL OR status IN (SELECT value FROM json_each(?)))';
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?';

const EXECUTION = `SELECT ${COLUMNS} FROM execution WHERE id = ?`;
// One statement for the row and its last event: every append asks for both.
const HELD = `
  SELECT status, started_at AS startedAt, finished_at AS finishedAt, owner, epoch, wake_at AS wakeAt,
    (SELECT coalesce(max(seq), 0) FROM event WHERE execution_id = execution.id) AS seq
  FROM execution WHERE id = ?`;
const OF_USER = `SELECT ${COLUMNS} FROM execution WHERE user_id = ? AND ${AMONG} ${NEWEST_FIRST}`;
const OF_TEAM = `SELECT ${COLUMNS} FROM execution WHERE team_id = ? AND user_id = ? AND ${AMONG} ${NEWEST_FIRST}`;
const OPEN = 'SELECT count(*) AS open FROM execution WHERE finished_at IS NULL';
const COUNTED_OF_USER = `${OPEN} AND waits_for_people = 0 AND user_id = ?`;
// A team's run is rarely asked for alone: what is open is few, and its index is looked through.
const OPEN_OF_TEAM = `
  SELECT id FROM execution INDEXED BY execution_open WHERE finished_at IS NULL AND team_id = ? ORDER BY created_at, id`;
const NEXT_WAKE = 'SELECT min(wake_at) AS wakeAt FROM execution WHERE finished_at IS NULL AND owner IS NULL';
// Two ranges instead of `<>`: what this process owns, the most of all, is passed over without being read.
const UNATTENDED = `
  SELECT id FROM (
    SELECT id, created_at FROM execution WHERE finished_at IS NULL AND owner IS NULL AND wake_at <= ?
    UNION ALL
    SELECT id, created_at FROM execution WHERE finished_at IS NULL AND owner IS NOT NULL AND owner < ?
    UNION ALL
    SELECT id, created_at FROM execution WHERE finished_at IS NULL AND owner IS NOT NULL AND owner > ?
  ) ORDER BY created_at, id LIMIT ?`;
const INSERT_EXECUTION = `
  INSERT INTO execution (id, user_id, team_id, status, created_at, started_at, finished_at, owner, epoch, wake_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE_STANDING = 'UPDATE execution SET status = ?, started_at = ?, finished_at = ?, owner = ? WHERE id = ?';
const TAKE = 'UPDATE execution SET owner = ?, epoch = ?, wake_at = NULL, waits_for_people = 0 WHERE id = ?';
const RELEASE = 'UPDATE execution SET owner = NULL, wake_at = ?, waits_for_people = ? WHERE id = ?';
const WAKE = 'UPDATE execution SET wake_at = ? WHERE id = ?';
const REMOVE = ['DELETE FROM event WHERE execution_id = ?', 'DELETE FROM execution WHERE id = ?'] as const;

const LAST_PUBLIC_SEQ = `
  SELECT public_seq AS publicSeq FROM event WHERE execution_id = ? AND public_seq IS NOT NULL
  ORDER BY seq DESC LIMIT 1`;
const EVENTS = `
  SELECT seq, public_seq AS publicSeq, at, body, payloads FROM event WHERE execution_id = ? AND seq > ? ORDER BY seq`;
const PUBLIC_EVENTS = `
  SELECT seq, public_seq AS publicSeq, at, body, payloads FROM event
  WHERE execution_id = ? AND seq > ? AND public_seq > ? ORDER BY seq LIMIT ?`;
const INSERT_EVENT = 'INSERT INTO event (execution_id, seq, public_seq, at, body, payloads) VALUES (?, ?, ?, ?, ?, ?)';
const INSERT_PAYLOAD = 'INSERT OR IGNORE INTO payload (execution_id, hash, body) VALUES (?, ?, ?)';
const PAYLOAD = 'SELECT body FROM payload WHERE execution_id = ? AND hash = ?';
