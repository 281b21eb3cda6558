import { hash } from 'node:crypto';
import { isJsonObject, type Json } from '#libs/kernel/index.js';
import type { EventBody } from '#libs/workflow/index.js';

/*
 * Invariant: `readBody(writeBody(body))` equals `body`. What is larger than 8 KiB lies apart, found by the hash of its
 * JSON, and leaves null in its place; everything else of the event stays small.
 */

/** An event's body as it is stored. */
export interface EventText {
  readonly body: string;
  /** Which payload belongs to which place of the body, as JSON; null: none. */
  readonly places: string | null;
  readonly payloads: readonly Payload[];
}

export interface Payload {
  readonly hash: string;
  readonly body: string;
}

/** Where a payload belongs: the keys that lead to it. */
type Place = readonly [hash: string, path: readonly (string | number)[]];

const LARGEST_INLINE_BYTES = 8 * 1024;
/** Deep enough for the result inside a late report; a bound on how often a large body is measured. */
const DEEPEST = 5;

export function writeBody(body: EventBody): EventText {
  const text = JSON.stringify(body);
  if (!isLarge(text)) return { body: text, places: null, payloads: [] };

  const payloads = new Map<string, string>();
  const places: Place[] = [];
  const small = withoutLarge(JSON.parse(text), [], (path, large) => {
    const key = hash('sha256', large, 'base64url');
    payloads.set(key, large);
    places.push([key, path]);
  });
  return {
    body: JSON.stringify(small),
    places: places.length === 0 ? null : JSON.stringify(places),
    payloads: [...payloads].map(([key, large]) => ({ hash: key, body: large })),
  };
}

/** `payloadOf` finds a stored payload of the same execution. */
export function readBody(body: string, places: string | null, payloadOf: (hash: string) => string): EventBody {
  const value = JSON.parse(body);
  if (places === null) return value;

  for (const [key, path] of JSON.parse(places) as Place[]) {
    const last = path.at(-1) ?? '';
    const parent = path.slice(0, -1).reduce((inner, name) => inner[name], value);
    parent[last] = JSON.parse(payloadOf(key));
  }
  return value;
}

/** The payloads that a body with these places needs. */
export function hashesIn(places: string): readonly string[] {
  return (JSON.parse(places) as Place[]).map(([key]) => key);
}

type Apart = (path: readonly (string | number)[], text: string) => void;

/** The value with its large parts taken out: the smallest ones that are large themselves, but never the whole body. */
function withoutLarge(value: Json, path: readonly (string | number)[], apart: Apart): Json {
  const text = JSON.stringify(value);
  if (!isLarge(text)) return value;

  const smaller = path.length < DEEPEST ? withoutLargeParts(value, path, apart) : value;
  if (smaller !== value || path.length === 0) return smaller;
  apart(path, text);
  return null;
}

/** The same value when none of its parts is large. */
function withoutLargeParts(value: Json, path: readonly (string | number)[], apart: Apart): Json {
  let changed = false;
  const look = (part: Json, key: string | number): Json => {
    const smaller = withoutLarge(part, [...path, key], apart);
    changed ||= smaller !== part;
    return smaller;
  };
  if (Array.isArray(value)) {
    const parts = value.map(look);
    return changed ? parts : value;
  }
  if (!isJsonObject(value)) return value;
  const parts = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, look(part, key)]));
  return changed ? parts : value;
}

/** UTF-8 needs up to three bytes for what JavaScript counts as one. */
function isLarge(text: string): boolean {
  return text.length * 3 > LARGEST_INLINE_BYTES && Buffer.byteLength(text) > LARGEST_INLINE_BYTES;
}
