import { types } from 'node:util';
import type { Json, JsonObject } from '#libs/kernel/index.js';
import { scrub } from './scrub.js';

const MAX_DEPTH = 8;
const MAX_ENTRIES = 100;
/** Also bounds the time that the search for tokens may take. */
const MAX_CHARACTERS = 8_192;

/** Names whose value is never logged; `parameters` are those of a failed SQL statement. Compared without case and signs. */
const SENSITIVE =
  /(?:password|passwd|passphrase|secrets?|token|apikeys?|authorization|cookies?|privatekey|secretkeys|credentials?|jwt|^parameters)$/;

/**
 * What may be logged of a value: plain JSON, sensitive names hidden at any depth, every text scrubbed, errors with their
 * causes, cycles cut. Never throws, whatever getters and proxies do, and never grows without bound.
 */
export function redacted(value: unknown): Json {
  return walk(value, []);
}

/** Scrubbed a little beyond the cut, so that a token which the cut would halve is still recognised. */
export function redactedText(text: string): string {
  const shown = scrub(text.slice(0, MAX_CHARACTERS + 512));
  if (text.length <= MAX_CHARACTERS) return shown;
  return `${shown.slice(0, MAX_CHARACTERS)}… [${text.length - MAX_CHARACTERS} more characters]`;
}

export function redactedFields(fields: object): JsonObject {
  return entriesOf(fields, [fields]);
}

function walk(value: unknown, above: readonly object[]): Json {
  switch (typeof value) {
    case 'string':
      return redactedText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'undefined':
      return null;
    case 'symbol':
    case 'function':
      return `[${typeof value}]`;
    case 'object':
      return value === null ? null : ofObject(value, above);
  }
}

function ofObject(value: object, above: readonly object[]): Json {
  if (above.includes(value)) return '[circular]';
  if (above.length >= MAX_DEPTH) return '[too deep]';
  const within = [...above, value];
  try {
    if (types.isNativeError(value) || value instanceof Error) return ofError(value, within);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return entriesOf(Object.fromEntries(value), within);
    if (Array.isArray(value) || value instanceof Set) return ofList([...value], within);
    if ('toJSON' in value && typeof value.toJSON === 'function') return walk(value.toJSON(), within);
    return entriesOf(value, within);
  } catch {
    return '[unreadable]';
  }
}

function ofError(error: Error, within: readonly object[]): Json {
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: walk(message, within),
    ...entriesOf(error, within),
    ...(cause === undefined ? {} : { cause: walk(cause, within) }),
    stack: walk(stack, within),
  };
}

function ofList(list: readonly unknown[], within: readonly object[]): Json {
  const shown = list.slice(0, MAX_ENTRIES).map((entry) => walk(entry, within));
  return list.length > MAX_ENTRIES ? [...shown, `[${list.length - MAX_ENTRIES} more]`] : shown;
}

function entriesOf(value: object, within: readonly object[]): JsonObject {
  const keys = Object.keys(value);
  const entries: (readonly [string, Json])[] = [];
  for (const key of keys.slice(0, MAX_ENTRIES)) {
    const inner: unknown = Reflect.get(value, key);
    if (inner === undefined) continue;
    entries.push([scrub(key), inner !== null && isSensitive(key) ? '[redacted]' : walk(inner, within)]);
  }
  if (keys.length > MAX_ENTRIES) entries.push(['…', `[${keys.length - MAX_ENTRIES} more]`]);
  return Object.fromEntries(entries);
}

function isSensitive(key: string): boolean {
  return SENSITIVE.test(key.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
