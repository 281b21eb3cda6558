import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { type Claim, type IdempotencyKey, IdempotencyStore, type StoredAnswer } from './idempotency.js';

const KEPT_MS = 24 * 60 * 60 * 1000;
const SWEEP_MS = 60_000;
const SWEPT_AT_ONCE = 1_000;

interface Row {
  readonly body_hash: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
}

/** Opens a key that is new or outlived, or takes one up whose answer nobody is making any more. */
const TAKE = `
  INSERT INTO idempotency_key AS kept (scope, key, body_hash, resource_id, claimed_by, created_at)
  VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (scope, key) DO UPDATE SET
    body_hash = excluded.body_hash,
    claimed_by = excluded.claimed_by,
    resource_id = CASE WHEN kept.created_at <= ? THEN excluded.resource_id ELSE kept.resource_id END,
    created_at = CASE WHEN kept.created_at <= ? THEN excluded.created_at ELSE kept.created_at END,
    status = NULL, headers = NULL, body = NULL
  WHERE kept.created_at <= ? OR (kept.status IS NULL AND kept.body_hash = excluded.body_hash)`;
const RESOURCE = 'SELECT resource_id AS id FROM idempotency_key WHERE scope = ? AND key = ?';
const STANDING = 'SELECT body_hash, status, headers, body FROM idempotency_key WHERE scope = ? AND key = ?';
const COMPLETE = `
  UPDATE idempotency_key SET status = ?, headers = ?, body = ? WHERE scope = ? AND key = ? AND claimed_by = ?`;
const KEEP_ID = 'UPDATE idempotency_key SET claimed_by = NULL WHERE scope = ? AND key = ? AND claimed_by = ?';
const FORGET = 'DELETE FROM idempotency_key WHERE scope = ? AND key = ? AND claimed_by = ?';
const SWEEP = `
  DELETE FROM idempotency_key WHERE (scope, key) IN
  (SELECT scope, key FROM idempotency_key WHERE created_at <= ? ORDER BY created_at LIMIT ${SWEPT_AT_ONCE})`;

/**
 * Keys in the database, each claim and each answer one statement that fences itself. One server lives on a database, so
 * a claim of another start belongs to a dead process; one of this start that nobody here is answering lost its end to
 * a database that was away. Both are free to be taken up again.
 */
@Injectable()
export class KeptAnswers extends IdempotencyStore {
  readonly #me = newId();
  /** What this process is answering now. */
  readonly #answering = new Set<string>();
  #nextSweep = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  async claim(key: IdempotencyKey, bodyHash: string): Promise<Claim> {
    const name = nameOf(key);
    if (this.#answering.has(name)) return this.#standing(key, bodyHash);
    this.#answering.add(name);
    try {
      const claim = await this.#claim(key, bodyHash);
      if (claim.kind !== 'fresh') this.#answering.delete(name);
      return claim;
    } catch (error) {
      this.#answering.delete(name);
      throw error;
    }
  }

  async complete(of: IdempotencyKey, { status, headers, body }: StoredAnswer): Promise<void> {
    this.#answering.delete(nameOf(of));
    await this.database.work.write(COMPLETE, status, JSON.stringify(headers), body, of.scope, of.key, this.#me);
  }

  async release(of: IdempotencyKey, keepId: boolean): Promise<void> {
    this.#answering.delete(nameOf(of));
    await this.database.work.write(keepId ? KEEP_ID : FORGET, of.scope, of.key, this.#me);
  }

  async #claim(of: IdempotencyKey, bodyHash: string): Promise<Claim> {
    const now = this.clock.now();
    const outlived = now - KEPT_MS;
    await this.#sweep(now, outlived);
    const { scope, key } = of;
    const { work } = this.database;
    const taken = await work.write(TAKE, scope, key, bodyHash, newId(), this.#me, now, outlived, outlived, outlived);
    if (taken === 0) return this.#standing(of, bodyHash);
    const resource = await this.database.find<{ id: string }>(RESOURCE, scope, key);
    return resource ? { kind: 'fresh', resourceId: resource.id } : { kind: 'busy' };
  }

  async #standing({ scope, key }: IdempotencyKey, bodyHash: string): Promise<Claim> {
    const row = await this.database.find<Row>(STANDING, scope, key);
    if (!row) return { kind: 'busy' };
    if (row.body_hash !== bodyHash) return { kind: 'reused' };
    return row.status === null ? { kind: 'busy' } : { kind: 'replay', answer: answerOf(row, row.status) };
  }

  async #sweep(now: number, outlived: number): Promise<void> {
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + SWEEP_MS;
    const swept = await this.database.work.write(SWEEP, outlived);
    if (swept === SWEPT_AT_ONCE) this.#nextSweep = now;
  }
}

function nameOf({ scope, key }: IdempotencyKey): string {
  return `${scope}\n${key}`;
}

function answerOf(row: Row, status: number): StoredAnswer {
  return { status, headers: JSON.parse(row.headers ?? '{}'), body: row.body ?? '' };
}
