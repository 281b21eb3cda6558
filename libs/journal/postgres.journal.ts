import type { Clock } from '#libs/kernel/index.js';
import type { Parameter, PostgresDatabase, Value, Write } from '#libs/platform/database/index.js';
import { type JournalEvent, type Note, PUBLIC_NAME } from '#libs/workflow/index.js';
import { type EventText, hashesIn, readBody, writeBody } from './event-text.js';
import { AlreadyBegun, OpenLimitReached, OwnershipLost, SeqTaken } from './journal.errors.js';
import { type Claim, type ExecutionFilter, type ExecutionRow, Journal, type NewExecution } from './journal.js';
import { ACCEPTED, standingAfter } from './standing-after.js';

interface EventRow {
  readonly seq: number;
  readonly publicSeq: number | null;
  readonly at: number;
  readonly body: string;
  readonly payloads: string | null;
}

interface Taken extends ExecutionRow {
  readonly epoch: number;
}

const BEAT_MS = 1_000;
/** Four signs of life in a row are missing. */
const LEASE_MS = 4_000;

/**
 * The journal on PostgreSQL. Every append is one call of a function of the schema, fenced there, in one round trip. An
 * owner is dead when its process has shown no sign of life for four seconds of the database's own clock.
 */
export class PostgresJournal extends Journal {
  readonly #beats = new Map<string, () => void>();

  constructor(
    private readonly database: PostgresDatabase,
    private readonly clock: Clock,
  ) {
    super();
  }

  async join(owner: string): Promise<void> {
    if (this.#beats.has(owner)) return;
    this.#beats.set(owner, () => undefined);
    if (this.database.isAlone) await this.database.statement('DELETE FROM worker WHERE id <> $1', owner);
    await this.#beat(owner);
  }

  async leave(owner: string): Promise<void> {
    this.#beats.get(owner)?.();
    this.#beats.delete(owner);
    await this.database.sign('DELETE FROM worker WHERE id = $1', owner);
  }

  async begin(
    execution: NewExecution,
    events: readonly JournalEvent[],
    openLimit: number,
    also?: readonly Write[],
  ): Promise<void> {
    const { id, userId, teamId, owner } = execution;
    const { status, startedAt, finishedAt } = standingAfter(ACCEPTED, events);
    const createdAt = events[0]?.at ?? 0;
    const isOwned = owner !== null;
    const row = [id, userId, teamId, status, createdAt, startedAt, finishedAt, owner];
    const own = [isOwned ? 1 : 0, isOwned ? null : createdAt, openLimit, textOf(also)];
    const verdict = await this.#verdict(BEGIN, ...row, ...own, ...columnsOf(events));
    if (verdict === 'exists') throw new AlreadyBegun();
    if (verdict === 'full') throw new OpenLimitReached(openLimit);
  }

  async decide(id: string, epoch: number, events: readonly JournalEvent[], also?: readonly Write[]): Promise<void> {
    const [first] = events;
    if (!first) return;
    const { status, startedAt, finishedAt } = standingAfter(ACCEPTED, events);
    const standing = [status, startedAt, finishedAt, textOf(also)];
    const verdict = await this.#verdict(DECIDE, id, epoch, first.seq - 1, ...standing, ...columnsOf(events));
    if (verdict === 'lost') throw new OwnershipLost();
    if (verdict === 'taken') throw new SeqTaken();
  }

  async note(id: string, note: Note, at: number, also?: readonly Write[]): Promise<JournalEvent<Note> | null> {
    const { body, places, payloads } = writeBody(note);
    const isCost = note.kind === 'cost-recorded';
    const isPublic = PUBLIC_NAME[note.kind] !== null;
    const { rows } = await this.database.statement<{ seq: number | null; publicSeq: number | null }>(
      NOTE,
      ...[id, isCost, isPublic, at, body, places],
      ...columnsOfPayloads(payloads),
      textOf(also),
    );
    const [{ seq, publicSeq } = { seq: null, publicSeq: null }] = rows;
    return seq === null ? null : { seq, publicSeq, at, body: note };
  }

  async claim(id: string, owner: string): Promise<Claim | null> {
    const { rows } = await this.database.statement<Taken>(CLAIM, id, owner);
    const [taken] = rows;
    if (!taken) return null;
    const { epoch, ...execution } = taken;
    return { execution, epoch, events: await this.events(id) };
  }

  async owned(id: string, owner: string): Promise<Claim | null> {
    const held = await this.database.find<Taken>(OWNED, id, owner);
    if (!held) return null;
    const { epoch, ...execution } = held;
    return { execution, epoch, events: await this.events(id) };
  }

  async release(
    id: string,
    seq: number,
    epoch: number,
    wakeAt: number | null,
    waitsForPeople = false,
  ): Promise<boolean> {
    if (await this.#isDone(RELEASE, id, seq, epoch, wakeAt, waitsForPeople)) return true;
    if (!(await this.database.find(OF_EPOCH, id, epoch))) throw new OwnershipLost();
    return false;
  }

  async unattended(owner: string, now: number, limit: number): Promise<readonly string[]> {
    return idsOf(await this.database.all<{ id: string }>(UNATTENDED, now, owner, limit));
  }

  async nextWake(): Promise<number | null> {
    const found = await this.database.find<{ wakeAt: number | null; hasForeign: boolean }>(NEXT_WAKE, [
      ...this.#beats.keys(),
    ]);
    if (!found?.hasForeign) return found?.wakeAt ?? null;
    // Their owner may die at any moment, and nobody would say so.
    const lookAgainAt = this.clock.now() + LEASE_MS;
    return found.wakeAt === null ? lookAgainAt : Math.min(found.wakeAt, lookAgainAt);
  }

  async events(id: string, afterSeq = 0): Promise<readonly JournalEvent[]> {
    return this.#read(id, await this.database.all<EventRow>(EVENTS, id, afterSeq));
  }

  async publicEvents(id: string, afterPublicSeq: number, limit: number): Promise<readonly JournalEvent[]> {
    // An event's own number is never below its public one: the first condition is the key's, the second the answer.
    return this.#read(id, await this.database.all<EventRow>(PUBLIC_EVENTS, id, afterPublicSeq, afterPublicSeq, limit));
  }

  find(id: string): Promise<ExecutionRow | null> {
    return this.database.find<ExecutionRow>(FIND, id);
  }

  list(userId: string, { teamId, statuses, limit, offset }: ExecutionFilter): Promise<readonly ExecutionRow[]> {
    const among = statuses ?? ALL_STATUSES;
    return teamId === undefined
      ? this.database.all<ExecutionRow>(OF_USER, userId, among, limit, offset)
      : this.database.all<ExecutionRow>(OF_TEAM, teamId, userId, among, limit, offset);
  }

  async openOf(teamId: string): Promise<readonly string[]> {
    return idsOf(await this.database.all<{ id: string }>(OPEN_OF_TEAM, teamId));
  }

  async openCount(): Promise<number> {
    return (await this.database.find<{ open: number }>(OPEN))?.open ?? 0;
  }

  remove(id: string, also?: readonly Write[]): Promise<boolean> {
    return this.#isDone(REMOVE, id, textOf(also));
  }

  async #isDone(text: string, ...values: readonly Value[]): Promise<boolean> {
    const { rows } = await this.database.statement<{ done: boolean }>(text, ...values);
    return rows[0]?.done ?? false;
  }

  async #verdict(text: string, ...values: readonly Parameter[]): Promise<string> {
    const { rows } = await this.database.statement<{ verdict: string }>(text, ...values);
    return rows[0]?.verdict ?? '';
  }

  /** Never rejects: a database that is away hears of us again when it is back. */
  async #beat(owner: string): Promise<void> {
    await this.database.sign(BEAT, owner).catch(() => undefined);
    if (this.#beats.has(owner))
      this.#beats.set(
        owner,
        this.clock.after(BEAT_MS, () => void this.#beat(owner)),
      );
  }

  async #read(id: string, rows: readonly EventRow[]): Promise<readonly JournalEvent[]> {
    const hashes = rows.flatMap(({ payloads }) => (payloads === null ? [] : hashesIn(payloads)));
    const large = await this.#payloads(id, hashes);
    // Removed between the two looks, it has no events any more.
    if (large.size < new Set(hashes).size && !(await this.find(id))) return [];
    const payloadOf = (hash: string): string => {
      const body = large.get(hash);
      if (body === undefined) throw new Error(`The journal of ${id} lacks a payload that its events refer to.`);
      return body;
    };
    return rows.map(({ seq, publicSeq, at, body, payloads }) => {
      return { seq, publicSeq, at, body: readBody(body, payloads, payloadOf) };
    });
  }

  async #payloads(id: string, hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (hashes.length === 0) return NO_PAYLOADS;
    const rows = await this.database.all<{ hash: string; body: string }>(PAYLOADS, id, hashes);
    return new Map(rows.map(({ hash, body }) => [hash, body]));
  }
}

/** As the functions of the schema take what other rooms write. */
function textOf(also: readonly Write[] = []): string | null {
  return also.length === 0 ? null : JSON.stringify(also);
}

/** One list for each column, as the functions of the schema take them. */
function columnsOf(events: readonly JournalEvent[]) {
  const written = events.map(({ seq, publicSeq, at, body }) => ({ seq, publicSeq, at, ...writeBody(body) }));
  return [
    written.map(({ seq }) => seq),
    written.map(({ publicSeq }) => publicSeq),
    written.map(({ at }) => at),
    written.map(({ body }) => body),
    written.map(({ places }) => places),
    ...columnsOfPayloads(written.flatMap(({ payloads }) => payloads)),
  ];
}

function columnsOfPayloads(payloads: EventText['payloads']): [readonly string[], readonly string[]] {
  return [payloads.map(({ hash }) => hash), payloads.map(({ body }) => body)];
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id);
}

const NO_PAYLOADS: ReadonlyMap<string, string> = new Map();
const ALL_STATUSES: readonly ExecutionRow['status'][] = ['pending', 'running', 'completed', 'failed', 'cancelled'];

const COLUMNS = `id, user_id AS "userId", team_id AS "teamId", status, created_at AS "createdAt",
  started_at AS "startedAt", finished_at AS "finishedAt"`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?';

const BEGIN = `SELECT journal_begin(
  $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) AS verdict`;
const DECIDE = 'SELECT journal_decide($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS verdict';
const NOTE = `SELECT new_seq AS seq, new_public_seq AS "publicSeq" FROM journal_note($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const ALIVE = `SELECT id FROM worker WHERE seen_at > clock_timestamp() - interval '${LEASE_MS} milliseconds'`;
const BEAT = `
  INSERT INTO worker (id, seen_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`;
// What somebody has locked, somebody is working on: it is his, or he tells its owner.
const CLAIM = `
  UPDATE execution SET owner = $2, epoch = epoch + 1, wake_at = NULL, waits_for_people = false
  WHERE id = (
    SELECT id FROM execution
    WHERE id = $1 AND finished_at IS NULL AND (owner IS NULL OR owner <> $2 AND owner NOT IN (${ALIVE}))
    FOR UPDATE SKIP LOCKED
  )
  RETURNING ${COLUMNS}, epoch`;
const RELEASE = 'SELECT journal_release($1, $2, $3, $4, $5) AS done';
const REMOVE = 'SELECT journal_remove($1, $2) AS done';

const OWNED = `SELECT ${COLUMNS}, epoch FROM execution WHERE id = ? AND owner = ? AND finished_at IS NULL`;
const OF_EPOCH = 'SELECT 1 AS owned FROM execution WHERE id = ? AND epoch = ? AND owner IS NOT NULL';

const FIND = `SELECT ${COLUMNS} FROM execution WHERE id = ?`;
const OF_USER = `SELECT ${COLUMNS} FROM execution WHERE user_id = ? AND status IN ? ${NEWEST_FIRST}`;
const OF_TEAM = `SELECT ${COLUMNS} FROM execution WHERE team_id = ? AND user_id = ? AND status IN ? ${NEWEST_FIRST}`;
const OPEN = 'SELECT count(*) AS open FROM execution WHERE finished_at IS NULL';
const OPEN_OF_TEAM = 'SELECT id FROM execution WHERE finished_at IS NULL AND team_id = ? ORDER BY created_at, id';
const NEXT_WAKE = `
  SELECT (SELECT min(wake_at) FROM execution WHERE finished_at IS NULL AND owner IS NULL) AS "wakeAt",
    EXISTS (
      SELECT FROM execution WHERE finished_at IS NULL AND owner IS NOT NULL AND NOT (owner IN ?)
    ) AS "hasForeign"`;
const UNATTENDED = `
  SELECT id FROM (
    SELECT id, created_at FROM execution WHERE finished_at IS NULL AND owner IS NULL AND wake_at <= ?
    UNION ALL
    SELECT id, created_at FROM execution
    WHERE finished_at IS NULL AND owner IS NOT NULL AND owner <> ? AND owner NOT IN (${ALIVE})
  ) AS left_alone ORDER BY created_at, id LIMIT ?`;
const EVENTS = `
  SELECT seq, public_seq AS "publicSeq", at, body, payloads FROM event WHERE execution_id = ? AND seq > ? ORDER BY seq`;
const PUBLIC_EVENTS = `
  SELECT seq, public_seq AS "publicSeq", at, body, payloads FROM event
  WHERE execution_id = ? AND seq > ? AND public_seq > ? ORDER BY seq LIMIT ?`;
const PAYLOADS = 'SELECT hash, body FROM payload WHERE execution_id = ? AND hash IN ?';
