import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolClient } from 'pg';
import { DatabaseUnavailable, NestedUnit } from './database.errors.js';
import { postgresText, type Value } from './portable.js';
import type { PostgresConnection } from './postgres.connection.js';
import { hasLostRace, toldByPostgres } from './postgres.failures.js';
import type { PostgresStatements } from './postgres.statements.js';
import { PostgresUnitRunner } from './postgres.unit-runner.js';
import { type Tx, UnitOfWork } from './unit-of-work.js';

const BEGIN = 'BEGIN ISOLATION LEVEL SERIALIZABLE';
/** Of one unit; beyond, the database is not available to it. */
const MOST_TRIES = 12;
/** A unit that lost this often is let through: until it ends, no other one of this process begins. */
const MOST_LOSSES = 3;

type Outcome<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'lost'; readonly cause: unknown };

/**
 * Units side by side, each on a session of its own, with the effect of one after another: PostgreSQL refuses the unit
 * that would break it, and that one runs again. Those that run again wait for each other, and one that loses again and
 * again has the others wait as well, so that every one of them gets through.
 */
export class PostgresUnitOfWork extends UnitOfWork {
  readonly edition = null;
  readonly #inside = new AsyncLocalStorage<{ open: boolean }>();
  #again: Promise<unknown> = Promise.resolve();
  #waitingAgain = 0;
  /** Ends with the unit that has lost too often; null: there is none. */
  #urgent: Promise<void> | null = null;
  #transactions = 0;

  constructor(
    private readonly connection: PostgresConnection,
    private readonly statements: PostgresStatements,
    /** Why nothing may be written now; `null`: it may. */
    private readonly refusal: () => Error | null,
  ) {
    super();
  }

  get transactions(): number {
    return this.#transactions + this.statements.commits;
  }

  get waiting(): number {
    return this.connection.writing.waitingCount + this.#waitingAgain;
  }

  get isInside(): boolean {
    return this.#inside.getStore()?.open === true;
  }

  async run<T>(unit: (tx: Tx) => Promise<T>): Promise<T> {
    const refusal = this.isInside ? new NestedUnit() : this.refusal();
    if (refusal) throw refusal;
    if (this.#urgent) await this.#urgent;
    const first = await this.#try(unit);
    return first.kind === 'done' ? first.value : this.#runAgain(unit);
  }

  async write(text: string, ...values: readonly Value[]): Promise<number> {
    const refusal = this.isInside ? new NestedUnit() : this.refusal();
    if (refusal) throw refusal;
    return (await this.statements.run(postgresText(text), values)).rowCount;
  }

  async #runAgain<T>(unit: (tx: Tx) => Promise<T>): Promise<T> {
    const before = this.#again;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#again = promise;
    this.#waitingAgain += 1;
    await before;
    this.#waitingAgain -= 1;
    try {
      let cause: unknown;
      for (let tries = 1; tries < MOST_TRIES; tries += 1) {
        if (tries === MOST_LOSSES) this.#urgent = promise;
        const outcome = await this.#try(unit);
        if (outcome.kind === 'done') return outcome.value;
        cause = outcome.cause;
      }
      throw toldByPostgres(cause, false);
    } finally {
      if (this.#urgent === promise) this.#urgent = null;
      resolve();
    }
  }

  async #try<T>(unit: (tx: Tx) => Promise<T>): Promise<Outcome<T>> {
    const session = await this.#session();
    const open = { open: true };
    const runner = new PostgresUnitRunner(this.connection.driver, session);
    let broken: Error | undefined;
    const onError = (error: Error): void => {
      broken = error;
    };
    session.on('error', onError);
    let isCommitting = false;
    try {
      await session.query(BEGIN);
      const value = await this.#inside.run(open, () => unit(runner.manager));
      runner.end();
      isCommitting = true;
      const { command } = await session.query('COMMIT');
      // A unit that carries on after a statement failed is in a transaction that can only be rolled back.
      if (command !== 'COMMIT') throw new Error('A unit of work went on after one of its statements had failed.');
      this.#transactions += 1;
      return { kind: 'done', value };
    } catch (error) {
      broken ??= await rollback(session);
      if (hasLostRace(error)) return { kind: 'lost', cause: error };
      throw toldByPostgres(error, isCommitting);
    } finally {
      open.open = false;
      runner.end();
      session.removeListener('error', onError);
      session.release(broken);
    }
  }

  async #session(): Promise<PoolClient> {
    try {
      return await this.connection.writing.connect();
    } catch (error) {
      throw new DatabaseUnavailable(error);
    }
  }
}

/** What makes the session unfit for anybody else; nothing, where it is as good as new. */
async function rollback(session: PoolClient): Promise<Error | undefined> {
  try {
    await session.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
