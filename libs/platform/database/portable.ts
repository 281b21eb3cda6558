/*
 * Invariant: a portable text means the same to both databases. It marks its values with `?` (so no literal may hold one),
 * asks for one of many with `IN ?`, quotes names that are not lower-case, and uses nothing that only one of them knows.
 */

/** What stands behind a `?`; a list only behind `IN`. */
export type Value = string | number | boolean | null | readonly string[];

/** How a flag comes back: SQLite knows none. `Boolean(flag)` reads it on both. */
export type Flag = boolean | 0 | 1;

const inSqlite = new Map<string, string>();

/** Each text is a constant and rewritten once: the same string is found faster among the compiled statements. */
export function sqliteText(text: string): string {
  const known = inSqlite.get(text);
  if (known !== undefined) return known;
  const rewritten = text.replaceAll('IN ?', 'IN (SELECT value FROM json_each(?))');
  inSqlite.set(text, rewritten);
  return rewritten;
}

export function sqliteValue(value: Value): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

export function postgresText(text: string): string {
  let place = 0;
  return text.replaceAll('IN ?', '= ANY (?)').replaceAll('?', () => `$${++place}`);
}
