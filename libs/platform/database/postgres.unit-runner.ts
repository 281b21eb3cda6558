import type { ClientBase } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

/** TypeORM's way to one session that a unit has begun a transaction on. It dies with the unit, and with it a leaked `tx`. */
export class PostgresUnitRunner extends PostgresQueryRunner {
  constructor(
    driver: PostgresDriver,
    private readonly session: ClientBase,
  ) {
    super(driver, 'master');
    // What TypeORM opens inside is a savepoint.
    this.isTransactionActive = true;
    this.transactionDepth = 1;
    this.manager = driver.dataSource.createEntityManager(this);
  }

  override connect(): Promise<ClientBase> {
    return Promise.resolve(this.session);
  }

  /** From here on every query of this runner throws. */
  end(): void {
    this.isReleased = true;
  }
}
