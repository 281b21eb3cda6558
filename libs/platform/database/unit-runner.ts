import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { WriteOutsideUnit } from './database.errors.js';
import { type Handle, type Statement, Statements } from './statements.js';

/** TypeORM writes many texts (every list of ids is another), so it remembers only this many. */
const COMPILED_TEXTS = 200;

/** As much of a handle as a query runner asks for, with statements compiled once for all runners of that handle. */
class SharedStatements {
  readonly #statements: Statements;

  constructor(
    private readonly handle: Handle,
    admit?: (statement: Statement) => void,
  ) {
    this.#statements = new Statements(handle, COMPILED_TEXTS, admit);
  }

  prepare(text: string): Statement {
    return this.#statements.prepared(text);
  }

  pragma(text: string): unknown {
    return this.handle.pragma(text);
  }
}

/** One unit's way to the writing handle. TypeORM keeps one runner for ever; ours dies with its unit, and with it a leaked `tx`. */
export class UnitRunner extends BetterSqlite3QueryRunner {
  constructor(
    driver: BetterSqlite3Driver,
    private readonly statements: SharedStatements,
  ) {
    super(driver);
    // The unit of work has begun already: what TypeORM opens inside is a savepoint.
    this.isTransactionActive = true;
    this.transactionDepth = 1;
    this.manager = driver.dataSource.createEntityManager(this);
  }

  override connect(): Promise<SharedStatements> {
    return Promise.resolve(this.statements);
  }

  /** From here on every query of this runner throws. */
  end(): void {
    this.isReleased = true;
  }

  static sharing(driver: BetterSqlite3Driver, handle: Handle): () => UnitRunner {
    const statements = new SharedStatements(handle);
    return () => new UnitRunner(driver, statements);
  }
}

/** Everything that TypeORM does outside a unit: it reads what is committed, and refuses to write. */
export class ReadingRunner extends BetterSqlite3QueryRunner {
  readonly #statements: SharedStatements;

  constructor(driver: BetterSqlite3Driver, handle: Handle) {
    super(driver);
    this.#statements = new SharedStatements(handle, onlyReads);
  }

  override connect(): Promise<SharedStatements> {
    return Promise.resolve(this.#statements);
  }

  override startTransaction(): Promise<void> {
    return Promise.reject(new WriteOutsideUnit('BEGIN'));
  }
}

export function onlyReads(statement: Statement): void {
  if (!statement.readonly) throw new WriteOutsideUnit(statement.source);
}
