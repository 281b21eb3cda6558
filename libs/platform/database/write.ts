import { insertionText, type NewRow } from './new-row.js';
import { sqliteValue, type Value } from './portable.js';
import type { Sql } from './statements.js';

/** Rows that one room no longer wants, taken away by another one: like `NewRow`, data. */
export interface GoneRows {
  readonly table: string;
  /** By column; all of them hold. */
  readonly where: Readonly<Record<string, string>>;
}

/** Rows of one room that another one changes, if there are any by then: like `NewRow`, data. */
export interface ChangedRows extends GoneRows {
  readonly set: NewRow['values'];
  /** Texts put behind what a column holds, so that two who add at the same time lose nothing. */
  readonly append?: Readonly<Record<string, string>>;
}

/** What a room hands to another one to be written in its transaction: with what that one writes, or not at all. */
export type Write = NewRow | GoneRows | ChangedRows;

/** As a portable statement and the values behind its marks. */
export function statementOf(write: Write): { readonly text: string; readonly values: readonly Value[] } {
  if ('values' in write) return { text: insertionText(write), values: Object.values(write.values) };
  const where = Object.keys(write.where).map((name) => `${name} = ?`);
  const those = { text: `WHERE ${where.join(' AND ')}`, values: Object.values(write.where) };
  if (!('set' in write)) return { text: `DELETE FROM ${write.table} ${those.text}`, values: those.values };
  const { set, append = {} } = write;
  const changes = [
    ...Object.keys(set).map((name) => `${name} = ?`),
    ...Object.keys(append).map((name) => `${name} = ${name} || ?`),
  ];
  return {
    text: `UPDATE ${write.table} SET ${changes.join(', ')} ${those.text}`,
    values: [...Object.values(set), ...Object.values(append), ...those.values],
  };
}

/** In a sync unit of SQLite. */
export function writeAll(sql: Sql, writes: readonly Write[]): void {
  for (const { text, values } of writes.map(statementOf)) sql.prepared(text).run(...values.map(sqliteValue));
}
