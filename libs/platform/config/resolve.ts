import { Secret } from '#libs/kernel/index.js';
import type { ConfigurationProblem } from './configuration.errors.js';
import type { Environment, Key } from './key.js';
import { ALL_KEYS, type Declared, declared, KEYS } from './keys.js';
import type { CustomProvider, ProviderEntry } from './providers.js';
import type { SourceFile } from './read-yaml.js';
import { type Said, sayingsOfEnv, sayingsOfFile } from './sayings.js';
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

type Known = { readonly value: unknown; readonly setting: Setting };

/** Layers the sources over the declared defaults. Every value is checked, also one that a later layer hides. */
export function resolve({ environment, env, files, readSecret }: Sources): Resolution {
  const layers = files.map(sayingsOfFile);
  const variables = sayingsOfEnv(env, readSecret);
  const entries = layers.flatMap(({ providers }) => providers);
  const providers = withKeys(entries, env, readSecret);
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...providers.problems,
    ...variables.problems,
    ...unknownVariables(
      env,
      ALL_KEYS,
      entries.map(({ apiKeyEnv }) => apiKeyEnv),
    ),
  ];

  const known = new Map(ALL_KEYS.map((key) => [key, byDefault(key, environment)]));
  for (const said of [...layers.flatMap((layer) => layer.said), ...variables.said]) {
    const checked = check(said, environment);
    if (checked.ok) known.set(said.key, checked.known);
    else problems.push(checked.problem);
  }

  const settings = [...known.values()].map(({ setting }) => setting);
  const resolved = { values: declared((key) => known.get(key)?.value), customProviders: providers.custom, settings };
  problems.push(...crossChecked(resolved, environment, problems));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, resolved };
}

function byDefault(key: Key<unknown>, environment: Environment): Known {
  const raw = key.defaultIn(environment);
  if (raw === undefined)
    return { value: undefined, setting: { key, where: 'default', isOperators: false, shown: raw } };
  const checked = check({ key, raw, where: 'default' }, environment);
  if (!checked.ok) throw new Error(`The default of ${key.name} ${checked.problem.problem}`);
  return checked.known;
}

function check(
  { key, raw, where }: Said,
  environment: Environment,
): { readonly ok: true; readonly known: Known } | { readonly ok: false; readonly problem: ConfigurationProblem } {
  const parsed = key.kind.parse(raw);
  const text = shown(key.kind, raw);
  if (!parsed.ok)
    return { ok: false, problem: { key: key.name, value: text, problem: `must be ${parsed.because}`, where } };
  const isOperators = where.startsWith('variable ') || String(raw) !== String(key.defaultIn(environment));
  return { ok: true, known: { value: parsed.value, setting: { key, shown: text, where, isOperators } } };
}

/** Rules between keys, and what this release cannot do yet. A key with a problem of its own is not blamed again. */
function crossChecked(
  { values, settings }: Resolved,
  environment: Environment,
  found: readonly ConfigurationProblem[],
): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const whereIs = (key: Key<unknown>): string => settings.find((setting) => setting.key === key)?.where ?? 'default';

  if (values.process.role !== 'all') {
    problems.push({
      key: KEYS.process.role.name,
      value: JSON.stringify(values.process.role),
      problem: 'must be all for now: api and worker share their work through Redis, which the next release can use',
      where: whereIs(KEYS.process.role),
    });
  }
  const { secretKeys } = KEYS.security;
  const isReported = found.some(({ key }) => key === secretKeys.name || key === secretKeys.variable);
  if (environment === 'production' && values.security.secretKeys === undefined && !isReported) {
    problems.push({
      key: secretKeys.variable,
      problem: `must be set in production to ${secretKeys.kind.allowed}; without it stored secrets cannot be sealed`,
      where: whereIs(KEYS.process.environment),
    });
  }
  return problems;
}

function withKeys(
  entries: readonly ProviderEntry[],
  env: Env,
  readSecret: ReadSecret,
): { readonly custom: readonly CustomProvider[]; readonly problems: readonly ConfigurationProblem[] } {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const found = [...byName.values()].map((entry) => ({
    entry,
    ...findVariable(entry.apiKeyEnv, true, env, readSecret),
  }));
  return {
    custom: found.map(({ entry, written }) => ({ ...entry, apiKey: written && new Secret(written.text) })),
    problems: found.flatMap(({ problem }) => problem ?? []),
  };
}
