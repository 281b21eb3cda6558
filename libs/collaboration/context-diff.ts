import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '#libs/kernel/index.js';

export interface Difference {
  readonly key: string;
  /** Null where it is not set any more. */
  readonly value: Json;
  /** Null where it was not set. */
  readonly previous: Json;
}

export interface ContextDiff {
  readonly added: readonly Difference[];
  readonly changed: readonly Difference[];
  readonly removed: readonly Difference[];
}

/** What is different, by name. A value that was changed and changed back is the same. */
export function contextDiff(from: JsonObject, to: JsonObject): ContextDiff {
  const [before, now] = [new Map(Object.entries(from)), new Map(Object.entries(to))];
  const told = (keys: Iterable<string>): readonly Difference[] =>
    [...keys].sort().map((key) => ({ key, value: now.get(key) ?? null, previous: before.get(key) ?? null }));
  const kept = [...now.keys()].filter((key) => before.has(key));
  return {
    added: told([...now.keys()].filter((key) => !before.has(key))),
    changed: told(kept.filter((key) => !isDeepStrictEqual(now.get(key), before.get(key)))),
    removed: told([...before.keys()].filter((key) => !now.has(key))),
  };
}
