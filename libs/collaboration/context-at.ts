import type { Json, JsonObject } from '#libs/kernel/index.js';
import { foldAll, type JournalEvent, type VariableChange, variableChanges } from '#libs/workflow/index.js';

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
  const { contextVersion: latest } = foldAll(events);
  const { version = latest, limit = 0, offset = 0 } = asked;
  if (version > latest) return undefined;
  const isAsked = (change: number): boolean => change >= offset && change < offset + limit;
  const variables = new Map<string, Json>();
  const changes: VariableChange[] = [];
  let [total, at] = [0, 0];
  for (const change of variableChanges(events, isAsked)) {
    if (change.version > version) break;
    if (isAsked(total)) changes.push(change);
    variables.set(change.name, change.value);
    total++;
    at = change.at;
    // To make one change more would be to lose what a list was at this version.
    if (change.version === version && version > 1) break;
  }
  return { version, latest, total, at, changes, variables: Object.fromEntries(variables) };
}
