import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve as resolvePath } from 'node:path';
import { type ConfigurationProblem, ConfigurationProblems } from './configuration.errors.js';
import type { Environment } from './key.js';
import { KEYS } from './keys.js';
import type { SourceFile } from './read-yaml.js';
import { RenumConfig } from './renum-config.js';
import { resolve } from './resolve.js';
import { shown } from './shown.js';
import { codeOf, type Env } from './variables.js';

export interface ConfigSources {
  /** Default: the process's own. */
  readonly env?: Env;
  /** What relative paths are relative to. Default: the working directory. */
  readonly cwd?: string;
}

/**
 * `config/default.yaml` < `config/<environment>.yaml` < environment variables. Reads files and variables, writes nothing;
 * may run again at any time (the live keys are read from a second run). Throws `ConfigurationProblems` with all of them.
 */
export function loadConfig({ env = process.env, cwd = process.cwd() }: ConfigSources = {}): RenumConfig {
  const named = namedEnvironment(env);
  const environment = named.environment ?? 'development';
  const configDir = resolvePath(cwd, env.RENUM_CONFIG_DIR || './config');
  const { files, problems } = readFolder(configDir, cwd, named.environment, Boolean(env.RENUM_CONFIG_DIR));

  const resolution = resolve({
    environment,
    // An invalid one was reported above already.
    env: named.environment ? env : { ...env, RENUM_ENV: undefined },
    files,
    readSecret: (path) => readFileSync(resolvePath(cwd, path), 'utf8'),
  });
  const all = [...named.problems, ...problems, ...(resolution.ok ? [] : resolution.problems)];
  if (all.length > 0 || !resolution.ok) throw new ConfigurationProblems(all);
  const { resolved } = resolution;
  return new RenumConfig(resolved, {
    environment,
    configDir,
    dataDir: resolvePath(cwd, resolved.values.process.dataDir),
  });
}

function namedEnvironment(env: Env): {
  readonly environment?: Environment;
  readonly problems: readonly ConfigurationProblem[];
} {
  const variable = env.RENUM_ENV ? 'RENUM_ENV' : 'NODE_ENV';
  const raw = env[variable]?.trim() || 'development';
  const { kind } = KEYS.process.environment;
  const parsed = kind.parse(raw);
  if (parsed.ok) return { environment: parsed.value, problems: [] };
  const problem = `must be ${kind.allowed}${variable === 'NODE_ENV' ? '; or set RENUM_ENV, which comes first' : ''}`;
  return { problems: [{ key: variable, value: shown(kind, raw), problem, where: `variable ${variable}` }] };
}

interface Folder {
  readonly files: readonly SourceFile[];
  readonly problems: readonly ConfigurationProblem[];
}

function readFolder(folder: string, cwd: string, environment: Environment | undefined, isAskedFor: boolean): Folder {
  if (isAskedFor && !isFolder(folder)) {
    const where = 'variable RENUM_CONFIG_DIR';
    const problem = 'must name a folder that exists';
    return { files: [], problems: [{ key: 'RENUM_CONFIG_DIR', value: JSON.stringify(folder), problem, where }] };
  }
  const files: SourceFile[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const name of environment ? ['default.yaml', `${environment}.yaml`] : ['default.yaml']) {
    const path = join(folder, name);
    const shortName = shortest(path, cwd);
    try {
      if (existsSync(path)) files.push({ name: shortName, text: readFileSync(path, 'utf8') });
    } catch (error) {
      problems.push({ key: 'YAML', problem: `must be a file that can be read (${codeOf(error)})`, where: shortName });
    }
  }
  return { files, problems };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** As a person would write it: relative when it lies below the working directory. */
function shortest(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') ? path : below;
}
