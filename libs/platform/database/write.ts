import { insertionText, type NewRow } from './new-row.js';
import { sqliteValue, type Value } from './portable.js';
import type { Sql } from './statements.js';

/** Rows that one room no longer wants, taken away by another one: like `NewRow`, data. */
export interface GoneRows {
  readonly table: string;
  /** By column; all of them hold. */
  readonly where: Readonly<Record<string, string>>;
}

/** What a room hands to another one to be written in its transaction: with what that one writes, or not at all. */
export type Write = NewRow | GoneRows;

/** As a portable statement and the values behind its marks. */
export function statementOf(write: Write): { readonly text: string; readonly values: readonly Value[] } {
  if ('values' in write) return { text: insertionText(write), values: Object.values(write.values) };
  const conditions = Object.keys(write.where).map((name) => `${name} = ?`);
  return { text: `DELETE FROM ${write.table} WHERE ${conditions.join(' AND ')}`, values: Object.values(write.where) };
}

/** In a sync unit of SQLite. */
export function writeAll(sql: Sql, writes: readonly Write[]): void {
  for (const { text, values } of writes.map(statementOf)) sql.prepared(text).run(...values.map(sqliteValue));
}
