import { ENVIRONMENTS, type Environment, type Key, type Raw } from './key.js';
import { ALL_KEYS } from './keys.js';

const PROVIDERS = `
# Endpoints that speak OpenAI's protocol. A model is then called by the name here: local/llama-3.
# providers:
#   local:
#     baseUrl: http://localhost:11434/v1
#     apiKeyEnv: LOCAL_API_KEY # the variable that holds the key, never the key itself
#     models: [llama-3] # leave out to allow any
#     prices: # US dollars per 1,000 tokens
#       llama-3: { input: 0, output: 0 }
`;

/** `config/default.yaml`: every key with its comment; what has no value, or differs by environment, stands there as a comment. */
export function defaultFile(): string {
  const head = [
    '# Defaults of every environment. Later wins: this file, then <environment>.yaml, then environment variables.',
    '# Never write a secret here: use the variable, or its twin …_FILE that names a file.',
  ];
  return `${[...head, ...lines(ALL_KEYS, (key) => [`# ${key.comment}`, `# ${key.variable}: ${key.kind.allowed}`, ...settingIn('default', key)])].join('\n')}\n${PROVIDERS}`;
}

/** `config/<environment>.yaml`: only what differs from one environment to another. */
export function environmentFile(environment: Environment): string {
  const head = [
    `# What is particular to ${environment}. Later wins: default.yaml, then this file, then environment variables.`,
  ];
  const differing = ALL_KEYS.filter(({ variesByEnvironment }) => variesByEnvironment);
  return `${[...head, ...lines(differing, (key) => [`# ${key.comment}`, ...settingIn(environment, key)])].join('\n')}\n`;
}

/** Keys without a group stand first; those under the same group share its line; every level indents by two. */
function lines(keys: readonly Key<unknown>[], ofKey: (key: Key<unknown>) => readonly string[]): readonly string[] {
  const written: string[] = [];
  let open: readonly string[] = [];
  const depthOf = ({ path = '' }: Key<unknown>): number => Math.min(path.split('.').length, 2);
  for (const key of keys.toSorted((a, b) => depthOf(a) - depthOf(b))) {
    if (key.path === undefined) continue;
    const groups = key.path.split('.').slice(0, -1);
    const shared = groups.findIndex((group, depth) => open[depth] !== group);
    const from = shared === -1 ? groups.length : shared;
    if (from === 0) written.push('');
    for (const [depth, group] of groups.entries()) if (depth >= from) written.push(`${'  '.repeat(depth)}${group}:`);
    open = groups;
    written.push(...ofKey(key).map((line) => `${'  '.repeat(groups.length)}${line}`));
  }
  return written;
}

function settingIn(place: Environment | 'default', key: Key<unknown>): readonly string[] {
  const name = key.path?.split('.').at(-1) ?? '';
  if (place !== 'default') return [`${name}: ${yamlOf(key.defaultIn(place))}`];
  if (!key.variesByEnvironment) {
    const raw = key.defaultIn('development');
    return raw === undefined ? [`# ${name}:`] : [`${name}: ${yamlOf(raw)}`];
  }
  return [
    `# ${name}: ${ENVIRONMENTS.map((environment) => `${environment} ${yamlOf(key.defaultIn(environment))}`).join(', ')}`,
  ];
}

function yamlOf(raw: Raw | undefined): string {
  if (raw === undefined) return '';
  return typeof raw === 'string' ? raw : `[${raw.join(', ')}]`;
}
