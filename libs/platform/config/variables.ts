import type { ConfigurationProblem } from './configuration.errors.js';
import type { Key } from './key.js';
import { nearest } from './nearest.js';

/** Environment variables. An empty one counts as unset, as deployment files write `${NAME:-}`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Reads the file that a `…_FILE` variable names; throws when it cannot. */
export type ReadSecret = (path: string) => string;

export interface Written {
  readonly text: string;
  readonly where: string;
}

export type Found = { readonly written?: Written; readonly problem?: ConfigurationProblem };

/** The value of a variable or, for a secret, of the file that its twin `…_FILE` names. */
export function findVariable(name: string, isSecret: boolean, env: Env, readSecret: ReadSecret): Found {
  const text = env[name];
  const path = isSecret ? env[`${name}_FILE`] : undefined;
  if (!path) return text ? { written: { text: isSecret ? text : text.trim(), where: `variable ${name}` } } : {};

  const where = `variable ${name}_FILE`;
  if (text) return { problem: { key: name, problem: `must be set only once, not also as ${name}_FILE`, where } };
  const content = contentOf(path, readSecret);
  if (!content.ok) return { problem: { key: name, value: JSON.stringify(path), problem: content.because, where } };
  return { written: { text: content.text, where } };
}

function contentOf(
  path: string,
  readSecret: ReadSecret,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly because: string } {
  try {
    const text = readSecret(path).replace(/\r?\n$/, '');
    return text === '' ? { ok: false, because: 'names an empty file' } : { ok: true, text };
  } catch (error) {
    return { ok: false, because: `must name a file that can be read (${codeOf(error)})` };
  }
}

/** `ENOENT` and the like, without the rest of the message. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unreadable';
}

/**
 * Variables that begin like ours and are not: a slip of the operator. `secrets` are further names that are known, as those
 * of providers' keys. Values are not shown, they may be secret.
 */
export function unknownVariables(
  env: Env,
  keys: readonly Key<unknown>[],
  secrets: readonly string[],
): readonly ConfigurationProblem[] {
  const withTwin = (name: string): readonly string[] => [name, `${name}_FILE`];
  const names = keys.flatMap(({ variable, kind }) => (kind.secret ? withTwin(variable) : [variable]));
  const known = new Set([...names, ...secrets.flatMap(withTwin), ...(env.RENUM_ENV === 'test' ? TEST_ONLY : [])]);
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith('RENUM_') && !known.has(name) && !isServiceLink(name, value ?? ''))
    .map(([name]) => {
      const meant = nearest(name, names);
      return {
        key: name,
        problem: `is not known${meant ? `; did you mean ${meant}?` : ''}`,
        where: `variable ${name}`,
      };
    });
}

/** Read where a crash is asked for, not configuration. */
const TEST_ONLY = ['RENUM_CRASH_AT'];

/** Kubernetes gives every pod such variables for a service called `renum` or `renum-…`; they are nobody's slip. */
function isServiceLink(name: string, value: string): boolean {
  if (/_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
