import {
  ANTHROPIC_KEYS,
  EXECUTION_KEYS,
  GOOGLE_KEYS,
  LIMIT_KEYS,
  OPENAI_KEYS,
  RUNNER_KEYS,
  SUNA_KEYS,
} from './execution.keys.js';
import { EXTERNAL_KEYS, IDENTITY_KEYS, SECURITY_KEYS } from './identity.keys.js';
import { Key } from './key.js';
import { DATABASE_KEYS, HTTP_KEYS, LOG_KEYS, METRICS_KEYS, PROCESS_KEYS, REDIS_KEYS } from './server.keys.js';

/** Every key, by area. The order is that of the table in the documentation. */
export const KEYS = {
  process: PROCESS_KEYS,
  http: HTTP_KEYS,
  database: DATABASE_KEYS,
  redis: REDIS_KEYS,
  identity: IDENTITY_KEYS,
  external: EXTERNAL_KEYS,
  security: SECURITY_KEYS,
  openai: OPENAI_KEYS,
  anthropic: ANTHROPIC_KEYS,
  google: GOOGLE_KEYS,
  suna: SUNA_KEYS,
  limits: LIMIT_KEYS,
  runner: RUNNER_KEYS,
  execution: EXECUTION_KEYS,
  log: LOG_KEYS,
  metrics: METRICS_KEYS,
};

export type Area = Readonly<Record<string, Key<unknown>>>;

/** What the keys of an area hold once they are resolved. */
export type ValuesOf<A extends Area> = { readonly [Name in keyof A]: A[Name] extends Key<infer T> ? T : never };

export type Declared = { readonly [Name in keyof typeof KEYS]: ValuesOf<(typeof KEYS)[Name]> };

export const ALL_KEYS: readonly Key<unknown>[] = Object.values<Area>(KEYS).flatMap((area) => Object.values(area));

/** Reads every key of every area with `read`, which answers with what that key's kind parsed. */
export function declared(read: (key: Key<unknown>) => unknown): Declared {
  const areas = Object.entries<Area>(KEYS).map(([name, area]) => [
    name,
    Object.fromEntries(Object.entries(area).map(([field, key]) => [field, read(key)])),
  ]);
  return Object.fromEntries(areas) as Declared;
}
