import type BetterSqlite3 from 'better-sqlite3';
import { sqlState } from './postgres.failures.js';

export type Handle = BetterSqlite3.Database;
export type Statement<Params extends unknown[] = unknown[], Row = unknown> = BetterSqlite3.Statement<Params, Row>;

/** What SQLite calls a failure, also where TypeORM has wrapped it; empty for any other error. */
export function sqliteCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('driverError' in error) return sqliteCode(error.driverError);
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : '';
}

/** Whether a write was refused because a row with that key exists already. */
export function isDuplicate(error: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE|ROWID)$/.test(sqliteCode(error)) || sqlState(error) === '23505';
}

/** What a store writes against: prepared statements of one handle, each compiled once. */
export interface Sql {
  /** The texts must be constants: each distinct one stays compiled. Modes such as `pluck` belong to the text for ever. */
  prepared<Params extends unknown[] = unknown[], Row = unknown>(text: string): Statement<Params, Row>;
}

/** Compiled statements of one handle by their text; beyond `limit` the oldest is forgotten. */
export class Statements implements Sql {
  readonly #compiled = new Map<string, unknown>();

  constructor(
    private readonly handle: Handle,
    private readonly limit = Number.POSITIVE_INFINITY,
    private readonly admit: (statement: Statement) => void = () => undefined,
  ) {}

  prepared<Params extends unknown[] = unknown[], Row = unknown>(text: string): Statement<Params, Row> {
    const known = this.#compiled.get(text);
    // The map is keyed by text, and only the caller knows which parameters and rows its text has.
    if (known) return known as Statement<Params, Row>;

    const statement = this.handle.prepare(text);
    this.admit(statement);
    this.#compiled.set(text, statement);
    if (this.#compiled.size > this.limit) this.#forgetOldest();
    return statement as Statement<Params, Row>;
  }

  #forgetOldest(): void {
    for (const text of this.#compiled.keys()) {
      this.#compiled.delete(text);
      return;
    }
  }
}
