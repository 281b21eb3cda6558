import { postgresText, sqliteValue, type Value } from './portable.js';
import type { Sql } from './statements.js';
import type { Tx, UnitOfWork } from './unit-of-work.js';

/**
 * A row that one room makes and another writes, inside the transaction that only the other one has. It is data, so
 * neither learns of the other's tables or of the dialect. Names are constants of the program, never a caller's words.
 */
export interface NewRow {
  readonly table: string;
  /** By column. */
  readonly values: Readonly<Record<string, Exclude<Value, readonly string[]>>>;
}

/** For a sync unit of SQLite. */
export function insertRow(sql: Sql, row: NewRow): void {
  sql.prepared(insertionText(row)).run(...Object.values(row.values).map(sqliteValue));
}

/** For a unit of TypeORM calls. */
export async function insertRowIn(tx: Tx, row: NewRow): Promise<void> {
  const values = Object.values(row.values);
  if (tx.dataSource.options.type === 'postgres') await tx.query(postgresText(insertionText(row)), values);
  else await tx.query(insertionText(row), values.map(sqliteValue));
}

/** As a unit of its own. */
export async function insertRowAlone(work: UnitOfWork, row: NewRow): Promise<void> {
  await work.write(insertionText(row), ...Object.values(row.values));
}

export function insertionText({ table, values }: NewRow): string {
  const names = Object.keys(values);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}
