import type { ConfigurationProblem } from './configuration.errors.js';
import { type Key, type Raw, snake } from './key.js';
import { ALL_KEYS } from './keys.js';
import { nearest } from './nearest.js';
import { type ProviderEntry, readProviders } from './providers.js';
import { readYaml, type SourceFile } from './read-yaml.js';
import { type Env, findVariable, type ReadSecret } from './variables.js';

/** Somebody gave a key a value, not yet checked. */
export interface Said {
  readonly key: Key<unknown>;
  readonly raw: Raw;
  readonly where: string;
}

export interface Sayings {
  readonly said: readonly Said[];
  readonly problems: readonly ConfigurationProblem[];
}

export function sayingsOfFile(file: SourceFile): Sayings & { readonly providers: readonly ProviderEntry[] } {
  const { leaves, problems: unreadable } = readYaml(file);
  const isProviders = (segments: readonly string[]): boolean => segments[0] === 'providers';
  const { providers, problems: wrong } = readProviders(leaves.filter(({ segments }) => isProviders(segments)));
  const problems = [...unreadable, ...wrong];
  const said: Said[] = [];
  for (const { segments, raw, where } of leaves) {
    if (isProviders(segments)) continue;
    const path = segments.join('.');
    const key = PLACES.get(snake(path));
    const problem = key ? saidTwice(key, said) : misplaced(path, raw);
    if (problem) problems.push({ key: key?.name ?? path, problem, where });
    if (key && raw !== null) said.push({ key, raw, where });
  }
  return { said, providers, problems };
}

export function sayingsOfEnv(env: Env, readSecret: ReadSecret): Sayings {
  const found = ALL_KEYS.map((key) => ({ key, ...findVariable(key.variable, key.kind.secret, env, readSecret) }));
  return {
    said: found.flatMap(({ key, written }) => (written ? [{ key, raw: written.text, where: written.where }] : [])),
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}

/** A key may stand at its path or flat, as its variable is called: `runner: {width}` and `runnerWidth` are one. */
const PLACES = new Map(ALL_KEYS.flatMap((key) => placesOf(key).map((place) => [place, key] as const)));
const PATHS = ALL_KEYS.flatMap(({ path }) => path ?? []);

function placesOf({ path, variable }: Key<unknown>): readonly string[] {
  return path === undefined ? [] : [snake(path), variable.replace(/^RENUM_/, '')];
}

function saidTwice(key: Key<unknown>, said: readonly Said[]): string | undefined {
  const earlier = said.find((other) => other.key === key);
  return earlier && `must be set only once in a file, not also at ${earlier.where}`;
}

/** What is wrong with a path that is no key's; a group that was left empty is fine. */
function misplaced(path: string, raw: Raw | null): string | undefined {
  const children = PATHS.filter((known) => snake(known).startsWith(`${snake(path)}_`));
  if (children.length > 0) return raw === null ? undefined : `must hold keys: ${children.join(', ')}`;

  const onlyVariable = ALL_KEYS.find((key) => key.path === undefined && key.variable === `RENUM_${snake(path)}`);
  if (onlyVariable) return `is not known; set the variable ${onlyVariable.variable} instead`;
  const meant = nearest(path, PATHS);
  return `is not known${meant ? `; did you mean ${meant}?` : ''}`;
}
