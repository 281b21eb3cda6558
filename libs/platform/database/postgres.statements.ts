import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { DatabaseUnavailable } from './database.errors.js';
import type { Value } from './portable.js';
import { toldByPostgres } from './postgres.failures.js';

/** What stands behind a `$n`. */
export type Parameter = Value | readonly (string | number | null)[];

export interface Answer<Row> {
  readonly rows: readonly Row[];
  readonly rowCount: number;
}

/** A session that breaks says so twice, and unheard the second time it would end the process. */
const toldByItsStatement = (): void => undefined;

/** Statements of one pool, each a transaction of its own and one round trip; prepared once in every session. */
export class PostgresStatements {
  /** Statements that were answered. */
  commits = 0;
  readonly #names = new Map<string, string>();

  constructor(
    private readonly pool: Pool,
    private readonly told: (error: unknown, text: string) => unknown = (error) => toldByPostgres(error, true),
  ) {}

  /** The texts must be constants: each distinct one stays prepared in every session. */
  async run<Row extends QueryResultRow>(text: string, values: readonly Parameter[]): Promise<Answer<Row>> {
    const session = await this.#session();
    session.on('error', toldByItsStatement);
    let failure: unknown;
    try {
      const { rows, rowCount } = await session.query<Row>({ name: this.#nameOf(text), text, values: [...values] });
      this.commits += 1;
      return { rows, rowCount: rowCount ?? 0 };
    } catch (error) {
      failure = this.told(error, text);
      throw failure;
    } finally {
      session.removeListener('error', toldByItsStatement);
      // A session whose connection broke, or that still owes an answer, is not given to anybody else.
      session.release(failure instanceof DatabaseUnavailable);
    }
  }

  async #session(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw new DatabaseUnavailable(error);
    }
  }

  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known) return known;
    const name = `renum_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }
}
