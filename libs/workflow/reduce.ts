import { isJsonObject, type Json } from '#libs/kernel/index.js';
import type { Reducer } from './plan.js';

/*
 * Invariant: what a reducer accepts it loses nothing of, in whatever order parallel branches write. `reduced` is total:
 * journals are folded whatever they hold.
 */

/** What a variable is after `written`; `before` is undefined while it is not set. */
export function reduced(reducer: Reducer, before: Json | undefined, written: Json): Json {
  switch (reducer) {
    case 'replace':
      return written;
    case 'append':
      return before === undefined ? [written] : [...listOf(before), written];
    case 'merge':
      return isJsonObject(before) && isJsonObject(written) ? { ...before, ...written } : written;
    case 'max':
      return typeof before === 'number' && typeof written === 'number' ? Math.max(before, written) : written;
    case 'sum':
      return typeof before === 'number' && typeof written === 'number' ? before + written : written;
  }
}

/** What a reducer must be given, where `value` is not that; null: it is. */
export function wantedBy(reducer: Reducer, value: Json): string | null {
  switch (reducer) {
    case 'replace':
    case 'append':
      return null;
    case 'merge':
      return isJsonObject(value) ? null : 'an object';
    case 'max':
    case 'sum':
      return typeof value === 'number' ? null : 'a number';
  }
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}
