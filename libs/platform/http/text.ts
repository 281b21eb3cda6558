import type { FieldErrors } from '#libs/kernel/index.js';

/** U+0000 and lone surrogates cannot be stored by every database as they were sent; so they are refused, not changed. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Every place in a JSON value that could not be kept exactly as it was sent, by its path. */
export function unstorable(value: unknown, path: string): FieldErrors {
  const found: Record<string, string[]> = {};
  look(value, path, found);
  return found;
}

function look(value: unknown, path: string, found: Record<string, string[]>): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) found[path] = ['must not contain U+0000 or lone surrogates'];
  } else if (typeof value === 'number') {
    if (!isExact(value)) found[path] = ['is too large a number to be kept exactly'];
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) look(one, `${path}[${index}]`, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (isStorable(key)) look(one, path ? `${path}.${key}` : key, found);
      else found[path || 'body'] = ['must not have names with U+0000 or lone surrogates'];
    }
  }
}

/** Whole numbers beyond 2^53 lose digits when parsed; from 1e21 on they are written with an exponent and meant as rough. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21);
}

export function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const one of Object.values(value)) if (isDeeperThan(limit - 1, one)) return true;
  return false;
}
