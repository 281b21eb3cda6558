import { crashPoint } from './crash-point.js';
import { DatabaseUnavailable } from './database.errors.js';
import { type Handle, type Sql, type Statement, Statements, sqliteCode } from './statements.js';

/** Failures that say nothing about the unit: the disk, the file or another process is the reason. */
const OUR_FAULT = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/;

/** What a caller is told when its unit failed with `error`. */
export function told(error: unknown): unknown {
  return OUR_FAULT.test(sqliteCode(error)) ? new DatabaseUnavailable(error) : error;
}

/** The one handle that writes, and the statements that frame what it writes. */
export class Writer {
  readonly sql: Sql;
  /** COMMITs since the start. */
  transactions = 0;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #savepoint: Statement;
  readonly #release: Statement;
  readonly #rollbackTo: Statement;
  readonly #changes: Statement;

  constructor(readonly handle: Handle) {
    this.sql = new Statements(handle);
    this.#begin = handle.prepare('BEGIN IMMEDIATE');
    this.#commit = handle.prepare('COMMIT');
    this.#rollback = handle.prepare('ROLLBACK');
    this.#savepoint = handle.prepare('SAVEPOINT unit');
    this.#release = handle.prepare('RELEASE unit');
    this.#rollbackTo = handle.prepare('ROLLBACK TO unit');
    this.#changes = handle.prepare('SELECT total_changes()').pluck();
  }

  /** Some failures (a full disk) make SQLite roll back by itself. */
  get inTransaction(): boolean {
    return this.handle.inTransaction;
  }

  /** Grows with every row written on this handle. */
  get changes(): unknown {
    return this.#changes.get();
  }

  begin(): void {
    if (this.handle.inTransaction) {
      this.rollback();
      throw new Error('A transaction was open before a unit of work began; it was rolled back.');
    }
    crashPoint('database.before-begin');
    this.#begin.run();
  }

  commit(): void {
    crashPoint('database.before-commit');
    this.#commit.run();
    this.transactions += 1;
    crashPoint('database.after-commit');
  }

  /** Never throws: where a broken disk refuses even this, SQLite has rolled back itself, and `begin` looks again. */
  rollback(): void {
    try {
      if (this.handle.inTransaction) this.#rollback.run();
    } catch {
      // The caller is about to hear of the failure that led here.
    }
  }

  mark(): void {
    this.#savepoint.run();
  }

  keep(): void {
    this.#release.run();
  }

  backToMark(): void {
    if (!this.handle.inTransaction) return;
    this.#rollbackTo.run();
    this.#release.run();
  }
}
