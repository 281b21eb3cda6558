import type { PoolClient } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { WriteOutsideUnit } from './database.errors.js';
import { sqlState, toldByPostgres } from './postgres.failures.js';

const READ_ONLY_TRANSACTION = '25006';

/** Everything that TypeORM does outside a unit: it reads what is committed, and refuses to write. */
export class PostgresReadingRunner extends PostgresQueryRunner {
  constructor(driver: PostgresDriver) {
    super(driver, 'slave');
  }

  override async connect(): Promise<PoolClient> {
    try {
      return await super.connect();
    } catch (error) {
      throw toldByPostgres(error, false);
    }
  }

  override async query(text: string, values?: unknown[], isStructured?: boolean): Promise<unknown> {
    try {
      return await super.query(text, values, isStructured);
    } catch (error) {
      throw onlyReads(error, text);
    }
  }

  override startTransaction(): Promise<void> {
    return Promise.reject(new WriteOutsideUnit('BEGIN'));
  }
}

/** What a reader is told when its statement failed. */
export function onlyReads(error: unknown, text: string): unknown {
  return sqlState(error) === READ_ONLY_TRANSACTION ? new WriteOutsideUnit(text) : toldByPostgres(error, false);
}
