import type { Sql } from './statements.js';
import type { Tx } from './unit-runner.js';

/**
 * A row that one room makes and another writes, inside the transaction that only the other one has. It is data, so
 * neither learns of the other's tables or of the dialect. Names are constants of the program, never a caller's words.
 */
export interface NewRow {
  readonly table: string;
  /** By column. */
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** For a sync unit. */
export function insertRow(sql: Sql, row: NewRow): void {
  sql.prepared(textOf(row)).run(...Object.values(row.values));
}

/** For a unit of TypeORM calls. */
export async function insertRowIn(tx: Tx, row: NewRow): Promise<void> {
  await tx.query(textOf(row), Object.values(row.values));
}

function textOf({ table, values }: NewRow): string {
  const names = Object.keys(values);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}
