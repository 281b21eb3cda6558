/*
 * Invariant: a portable text means the same to both databases. It marks its values with `?` (so no literal may hold one),
 * asks for one of many with `IN ?`, quotes names that are not lower-case, and uses nothing that only one of them knows.
 */

/** What stands behind a `?`; a list only behind `IN`. */
export type Value = string | number | boolean | null | readonly string[];

/** How a flag comes back: SQLite knows none. `Boolean(flag)` reads it on both. */
export type Flag = boolean | 0 | 1;

export function sqliteText(text: string): string {
  return text.replaceAll('IN ?', 'IN (SELECT value FROM json_each(?))');
}

export function sqliteValue(value: Value): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

export function postgresText(text: string): string {
  let place = 0;
  return text.replaceAll('IN ?', '= ANY (?)').replaceAll('?', () => `$${++place}`);
}
