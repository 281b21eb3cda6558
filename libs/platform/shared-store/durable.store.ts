import { Injectable } from '@nestjs/common';
import { Clock, type Json, newId } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { type Kept, type Range, SharedStore, Space } from './shared-store.js';

const SWEEP_MS = 60_000;
const SWEPT_AT_ONCE = 1_000;

interface Row {
  readonly key: string;
  readonly value: string;
  readonly version: string;
  readonly expires_at: number | null;
}

const ALIVE = '(expires_at IS NULL OR expires_at > ?)';
const COLUMNS = 'key, value, version, expires_at';
const FIND = `SELECT ${COLUMNS} FROM shared_entry WHERE space = ? AND key = ? AND ${ALIVE}`;
// Each database cuts the prefix in its own characters; a range of keys would need to know how it sorts them.
const LIST = `SELECT ${COLUMNS} FROM shared_entry
  WHERE space = ? AND substr(key, 1, length(CAST(? AS TEXT))) = CAST(? AS TEXT) AND key > ? AND ${ALIVE}
  ORDER BY key LIMIT ?`;
const PUT = `INSERT INTO shared_entry (space, key, value, version, expires_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (space, key) DO UPDATE
  SET value = excluded.value, version = excluded.version, expires_at = excluded.expires_at`;
const ADD = `${PUT} WHERE shared_entry.expires_at <= ?`;
const REPLACE = `UPDATE shared_entry SET value = ?, version = ?, expires_at = ?
  WHERE space = ? AND key = ? AND version = ? AND ${ALIVE}`;
const DELETE = `DELETE FROM shared_entry WHERE space = ? AND key = ? AND ${ALIVE}`;
const SWEEP = `DELETE FROM shared_entry WHERE (space, key) IN
  (SELECT space, key FROM shared_entry WHERE expires_at <= ? ORDER BY expires_at LIMIT ${SWEPT_AT_ONCE})`;

/** The shared store in the database, each call one portable statement that fences itself. */
@Injectable()
export class DurableStore extends SharedStore {
  #nextSweep = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  space<T extends Json>(name: string): Space<T> {
    return new DurableSpace(name, this.database, this.clock, () => this.#sweep());
  }

  /** What is outlived is not there for anybody already; this only gives its place back. */
  async #sweep(): Promise<void> {
    const now = this.clock.now();
    if (now < this.#nextSweep) return;
    this.#nextSweep = now + SWEEP_MS;
    const swept = await this.database.work.write(SWEEP, now);
    if (swept === SWEPT_AT_ONCE) this.#nextSweep = now;
  }
}

class DurableSpace<T extends Json> extends Space<T> {
  constructor(
    private readonly name: string,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly sweep: () => Promise<void>,
  ) {
    super();
  }

  async find(key: string): Promise<Kept<T> | null> {
    const row = await this.database.find<Row>(FIND, this.name, key, this.clock.now());
    return row && keptOf(row);
  }

  async put(key: string, value: T, expiresAt: number | null): Promise<void> {
    await this.sweep();
    await this.database.work.write(PUT, this.name, key, JSON.stringify(value), newId(), expiresAt);
  }

  async add(key: string, value: T, expiresAt: number | null): Promise<boolean> {
    await this.sweep();
    const entry = [this.name, key, JSON.stringify(value), newId(), expiresAt] as const;
    return (await this.database.work.write(ADD, ...entry, this.clock.now())) > 0;
  }

  async replace({ key, version }: Kept<T>, value: T, expiresAt: number | null): Promise<boolean> {
    const change = [JSON.stringify(value), newId(), expiresAt] as const;
    return (await this.database.work.write(REPLACE, ...change, this.name, key, version, this.clock.now())) > 0;
  }

  async delete(key: string): Promise<boolean> {
    return (await this.database.work.write(DELETE, this.name, key, this.clock.now())) > 0;
  }

  async list({ prefix = '', after = '', limit }: Range): Promise<readonly Kept<T>[]> {
    const rows = await this.database.all<Row>(LIST, this.name, prefix, prefix, after, this.clock.now(), limit);
    return rows.map((row) => keptOf(row));
  }
}

function keptOf<T>({ key, value, version, expires_at: expiresAt }: Row): Kept<T> {
  return { key, value: JSON.parse(value), version, expiresAt };
}
