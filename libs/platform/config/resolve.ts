import { Secret } from '#libs/kernel/index.js';
import type { ConfigurationProblem } from './configuration.errors.js';
import { type Environment, type Key, type Raw, snake } from './key.js';
import { ALL_KEYS, type Declared, declared, KEYS } from './keys.js';
import { nearest } from './nearest.js';
import { type CustomProvider, type ProviderEntry, readProviders } from './providers.js';
import { type Leaf, readYaml, type SourceFile } from './read-yaml.js';
import { shown } from './shown.js';
import { type Env, findVariable, type ReadSecret, unknownVariables } from './variables.js';

export interface Sources {
  readonly environment: Environment;
  readonly env: Env;
  /** Later files win. */
  readonly files: readonly SourceFile[];
  readonly readSecret: ReadSecret;
}

export interface Resolved {
  readonly values: Declared;
  readonly customProviders: readonly CustomProvider[];
  readonly settings: readonly Setting[];
}

/** What one key holds, where that was said, and how it may be shown. */
export interface Setting {
  readonly key: Key<unknown>;
  readonly shown: string | undefined;
  /** `default`, `config/production.yaml:12` or `variable PORT`. */
  readonly where: string;
  /** Differs from the default, or was said by a variable. */
  readonly isOperators: boolean;
}

export type Resolution =
  | { readonly ok: true; readonly resolved: Resolved }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

interface Said {
  readonly key: Key<unknown>;
  readonly raw: Raw;
  readonly where: string;
}

/** Layers the sources over the declared defaults. Every value that was said is checked, also one that a later layer hides. */
export function resolve({ environment, env, files, readSecret }: Sources): Resolution {
  const problems: ConfigurationProblem[] = [];
  const read = files.map((file) => sayingsOf(file, problems));
  const providers = providersOf(
    read.flatMap(({ providers }) => providers),
    env,
    readSecret,
    problems,
  );
  const said = [...read.flatMap(({ said }) => said), ...sayingsOfEnv(env, readSecret, problems)];
  problems.push(
    ...unknownVariables(
      env,
      ALL_KEYS,
      providers.flatMap(({ apiKeyEnv }) => [apiKeyEnv, `${apiKeyEnv}_FILE`]),
    ),
  );

  const values = new Map<Key<unknown>, { readonly value: unknown; readonly setting: Setting }>();
  for (const key of ALL_KEYS) values.set(key, byDefault(key, environment));
  for (const { key, raw, where } of said) {
    const parsed = key.kind.parse(raw);
    if (!parsed.ok) {
      problems.push({ key: key.name, value: shown(key.kind, raw), problem: `must be ${parsed.because}`, where });
      continue;
    }
    const isOperators = where.startsWith('variable ') || String(raw) !== String(key.defaultIn(environment));
    values.set(key, { value: parsed.value, setting: { key, shown: shown(key.kind, raw), where, isOperators } });
  }

  const settings = [...values.values()].map(({ setting }) => setting);
  const resolved = { values: declared((key) => values.get(key)?.value), customProviders: providers, settings };
  problems.push(...crossChecked(resolved, environment, problems));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, resolved };
}

/** Rules between keys, and what this release cannot do yet. */
function crossChecked(
  { values, settings }: Resolved,
  environment: Environment,
  found: readonly ConfigurationProblem[],
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const { role, environment: named } = KEYS.process;
  if (values.process.role !== 'all') {
    problems.push({
      key: role.name,
      value: JSON.stringify(values.process.role),
      problem:
        'must be all for now: api and worker need PostgreSQL, which arrives with the next release; a configured PostgreSQL is never replaced by another store',
      where: settings.find(({ key }) => key === role)?.where ?? 'default',
    });
  }
  const { secretKeys } = KEYS.security;
  const isReported = found.some(({ key }) => key === secretKeys.name || key === secretKeys.variable);
  if (environment === 'production' && values.security.secretKeys === undefined && !isReported) {
    problems.push({
      key: secretKeys.variable,
      problem: `must be set in production to ${secretKeys.kind.allowed}; without it stored secrets could not be sealed`,
      where: `variable ${named.variable}`,
    });
  }
  return problems;
}

function byDefault(
  key: Key<unknown>,
  environment: Environment,
): { readonly value: unknown; readonly setting: Setting } {
  const raw = key.defaultIn(environment);
  const setting = {
    key,
    where: 'default',
    isOperators: false,
    shown: raw === undefined ? undefined : shown(key.kind, raw),
  };
  if (raw === undefined) return { value: undefined, setting };
  const parsed = key.kind.parse(raw);
  if (!parsed.ok) throw new Error(`The default of ${key.name} must be ${parsed.because}`);
  return { value: parsed.value, setting };
}

function sayingsOf(
  file: SourceFile,
  problems: ConfigurationProblem[],
): { readonly said: readonly Said[]; readonly providers: readonly ProviderEntry[] } {
  const { leaves, problems: unreadable } = readYaml(file);
  const ofProviders = leaves.filter(({ segments }) => segments[0] === 'providers');
  const { providers, problems: wrong } = readProviders(ofProviders);
  problems.push(...unreadable, ...wrong);
  const said = leaves.filter((leaf) => !ofProviders.includes(leaf)).flatMap((leaf) => saying(leaf, problems));
  for (const [index, { key, where }] of said.entries()) {
    const earlier = said.slice(0, index).find((other) => other.key === key);
    if (earlier)
      problems.push({ key: key.name, problem: `must be set only once in a file, not also at ${earlier.where}`, where });
  }
  return { said, providers };
}

/** A key may stand at its path or flat, as its variable is called: `runner: {width}` and `runnerWidth` are one. */
const PLACES = new Map(ALL_KEYS.flatMap((key) => placesOf(key).map((place) => [place, key] as const)));
const PATHS = ALL_KEYS.flatMap(({ path }) => path ?? []);

function placesOf({ path, variable }: Key<unknown>): readonly string[] {
  return path === undefined ? [] : [snake(path), variable.replace(/^RENUM_/, '')];
}

function saying({ segments, raw, where }: Leaf, problems: ConfigurationProblem[]): readonly Said[] {
  const path = segments.join('.');
  const key = PLACES.get(snake(path));
  if (key) return raw === null ? [] : [{ key, raw, where }];

  const children = PATHS.filter((known) => snake(known).startsWith(`${snake(path)}_`));
  if (children.length > 0) {
    if (raw !== null) problems.push({ key: path, problem: `must hold keys: ${children.join(', ')}`, where });
    return [];
  }
  const byVariable = ALL_KEYS.find((known) => known.path === undefined && known.variable === `RENUM_${snake(path)}`);
  const meant = nearest(path, PATHS);
  const hint = byVariable
    ? `; set the variable ${byVariable.variable} instead`
    : meant
      ? `; did you mean ${meant}?`
      : '';
  problems.push({ key: path, problem: `is not known${hint}`, where });
  return [];
}

function sayingsOfEnv(env: Env, readSecret: ReadSecret, problems: ConfigurationProblem[]): readonly Said[] {
  return ALL_KEYS.flatMap((key) => {
    const { written, problem } = findVariable(key.variable, key.kind.secret, env, readSecret);
    if (problem) problems.push(problem);
    return written ? [{ key, raw: written.text, where: written.where }] : [];
  });
}

function providersOf(
  entries: readonly ProviderEntry[],
  env: Env,
  readSecret: ReadSecret,
  problems: ConfigurationProblem[],
): readonly CustomProvider[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return [...byName.values()].map((entry) => {
    const { written, problem } = findVariable(entry.apiKeyEnv, true, env, readSecret);
    if (problem) problems.push(problem);
    return { ...entry, apiKey: written && new Secret(written.text) };
  });
}
