import { Injectable } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel/index.js';
import { Database, type Sql } from '#libs/platform/database/index.js';
import { type Claim, type IdempotencyKey, IdempotencyStore, type StoredAnswer } from './idempotency.js';

const KEPT_MS = 24 * 60 * 60 * 1000;
/** How many outlived keys each new one takes away; more than one, so that the table shrinks after a rush. */
const SWEPT_PER_CLAIM = 5;

interface Row {
  readonly body_hash: string;
  readonly resource_id: string;
  readonly claimed_by: string | null;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
}

/**
 * Keys in the embedded database, each claim and each answer one fenced statement of the writing queue. The data folder
 * has one server, so a claim of another start belongs to a dead process and is free to be taken up again.
 */
@Injectable()
export class SqliteIdempotencyStore extends IdempotencyStore {
  readonly #me = newId();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  claim(key: IdempotencyKey, bodyHash: string): Promise<Claim> {
    return this.database.work.sync((sql) => this.#claim(sql, key, bodyHash));
  }

  complete({ scope, key }: IdempotencyKey, { status, headers, body }: StoredAnswer): Promise<void> {
    return this.database.work.sync((sql) => {
      sql
        .prepared(
          'UPDATE idempotency_key SET status = ?, headers = ?, body = ? WHERE scope = ? AND key = ? AND claimed_by = ?',
        )
        .run(status, JSON.stringify(headers), body, scope, key, this.#me);
    });
  }

  release({ scope, key }: IdempotencyKey, keepId: boolean): Promise<void> {
    const text = keepId
      ? 'UPDATE idempotency_key SET claimed_by = NULL WHERE scope = ? AND key = ? AND claimed_by = ?'
      : 'DELETE FROM idempotency_key WHERE scope = ? AND key = ? AND claimed_by = ?';
    return this.database.work.sync((sql) => void sql.prepared(text).run(scope, key, this.#me));
  }

  #claim(sql: Sql, { scope, key }: IdempotencyKey, bodyHash: string): Claim {
    const row = sql
      .prepared<[string, string, number], Row>(
        `SELECT body_hash, resource_id, claimed_by, status, headers, body
         FROM idempotency_key WHERE scope = ? AND key = ? AND created_at > ?`,
      )
      .get(scope, key, this.clock.now() - KEPT_MS);
    if (!row) return this.#open(sql, scope, key, bodyHash);
    if (row.body_hash !== bodyHash) return { kind: 'reused' };
    if (row.status !== null) return { kind: 'replay', answer: answerOf(row, row.status) };
    if (row.claimed_by === this.#me) return { kind: 'busy' };
    sql.prepared('UPDATE idempotency_key SET claimed_by = ? WHERE scope = ? AND key = ?').run(this.#me, scope, key);
    return { kind: 'fresh', resourceId: row.resource_id };
  }

  #open(sql: Sql, scope: string, key: string, bodyHash: string): Claim {
    const now = this.clock.now();
    const resourceId = newId();
    sql
      .prepared(
        `DELETE FROM idempotency_key WHERE rowid IN
         (SELECT rowid FROM idempotency_key WHERE created_at <= ? ORDER BY created_at LIMIT ${SWEPT_PER_CLAIM})`,
      )
      .run(now - KEPT_MS);
    sql
      .prepared(
        `INSERT OR REPLACE INTO idempotency_key (scope, key, body_hash, resource_id, claimed_by, created_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
      )
      .run(scope, key, bodyHash, resourceId, this.#me, now);
    return { kind: 'fresh', resourceId };
  }
}

function answerOf(row: Row, status: number): StoredAnswer {
  return { status, headers: JSON.parse(row.headers ?? '{}'), body: row.body ?? '' };
}
