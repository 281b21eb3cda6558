import type { Json, JsonObject } from '#libs/kernel/index.js';
import { type JournalEvent, type VariableChange, variableChanges } from '#libs/workflow/index.js';

export interface Asked {
  /** 0: before the start, when nothing was set; absent: the last. */
  readonly version?: number;
  /** Of the changes. */
  readonly limit?: number;
  readonly offset?: number;
}

/** The shared variables of a run as they were with one of their versions. */
export interface ContextAt {
  readonly version: number;
  /** How many versions there are. */
  readonly latest: number;
  readonly variables: JsonObject;
  /** When it came to this version. */
  readonly at: number;
  /** Those of the changes up to this version that were asked for, oldest first; none unless a limit says how many. */
  readonly changes: readonly VariableChange[];
  /** How many changes led to this version. */
  readonly total: number;
}

/** Undefined where there is no such version. */
export function contextAt(events: readonly JournalEvent[], asked: Asked = {}): ContextAt | undefined {
  const { version = Number.POSITIVE_INFINITY, limit = 0, offset = 0 } = asked;
  const variables = new Map<string, Json>();
  const changes: VariableChange[] = [];
  let [latest, total, at] = [0, 0, 0];
  for (const change of variableChanges(events)) {
    latest = change.version;
    if (latest > version) continue;
    if (total >= offset && changes.length < limit) changes.push(change);
    variables.set(change.name, change.value);
    total++;
    at = change.at;
  }
  if (version > latest && asked.version !== undefined) return undefined;
  return {
    ...{ latest, total, at, changes },
    version: Math.min(version, latest),
    variables: Object.fromEntries(variables),
  };
}
