import type { EntityManager } from 'typeorm';
import type { Value } from './portable.js';

export type Tx = EntityManager;

/**
 * The only way to write. Callers are answered after COMMIT, never before; a unit that fails leaves nothing; units have
 * the effect of running one after another, whatever runs beside them. A unit never starts another one: it passes `tx` on.
 */
export abstract class UnitOfWork {
  /** COMMITs since the start. */
  abstract readonly transactions: number;

  /**
   * Another one whenever a unit of `run` ends, committed or not. Null: other processes may write too, so that nothing
   * that was read is known to be so still.
   */
  abstract readonly edition: number | null;

  /** Units that wait for their turn. */
  abstract readonly waiting: number;

  /**
   * A unit of TypeORM calls. It awaits only the database, keeps no state outside (it may run again, from its beginning,
   * when another unit came in between), and its `tx` is dead when it ends. Throws `DatabaseUnavailable`.
   */
  abstract run<T>(unit: (tx: Tx) => Promise<T>): Promise<T>;

  /** A unit of one portable statement; resolves with how many rows it wrote. For what is hot or fences itself. */
  abstract write(text: string, ...values: readonly Value[]): Promise<number>;
}
