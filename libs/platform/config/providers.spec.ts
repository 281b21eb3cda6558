import { ConfigurationProblems } from './configuration.errors.js';
import { type Resolution, resolve } from './resolve.js';
import type { Env } from './variables.js';

function resolved(text: string, env: Env = {}, second = ''): Resolution {
  const files = [text, second].map((content, index) => ({ name: `${index + 1}.yaml`, text: content }));
  return resolve({ environment: 'test', env, files, readSecret: (path) => `content of ${path}` });
}

function providersOf(resolution: Resolution) {
  if (!resolution.ok) throw new ConfigurationProblems(resolution.problems);
  return resolution.resolved.customProviders;
}

const problemsOf = (text: string) => {
  const resolution = resolved(text);
  return resolution.ok ? [] : resolution.problems.map(({ key, problem, where }) => [where, key, problem].join(' '));
};

const LOCAL = `providers:
  local:
    baseUrl: http://10.0.0.5:11434/v1/
    apiKeyEnv: RENUM_LOCAL_KEY
    models: [llama-3, "qwen:7b"]
    prices:
      llama-3.1: { input: 0.0002, output: 5e-4 }`;

test('a provider has its key from the variable it names, even one that begins like ours', () => {
  const [local] = providersOf(resolved(LOCAL, { RENUM_LOCAL_KEY: 'canary' }));
  expect(local).toMatchObject({
    name: 'local',
    baseUrl: 'http://10.0.0.5:11434/v1',
    apiKeyEnv: 'RENUM_LOCAL_KEY',
    models: ['llama-3', 'qwen:7b'],
    prices: { 'llama-3.1': { input: 0.0002, output: 0.0005 } },
  });
  expect(local?.apiKey?.reveal()).toBe('canary');
});

test('its key may come from a file, or be missing until a step needs it', () => {
  expect(providersOf(resolved(LOCAL, { RENUM_LOCAL_KEY_FILE: '/k' }))[0]?.apiKey?.reveal()).toBe('content of /k');
  expect(providersOf(resolved(LOCAL))[0]?.apiKey).toBeUndefined();
  expect(resolved(LOCAL, { RENUM_LOCAL_KEY: 'a', RENUM_LOCAL_KEY_FILE: '/k' }).ok).toBe(false);
});

test('a later file replaces a provider of the same name as a whole and adds others', () => {
  const later =
    'providers: {local: {baseUrl: https://b/v1, apiKeyEnv: B}, other: {baseUrl: https://c/v1, apiKeyEnv: C, models: "x, y"}}';
  expect(providersOf(resolved(LOCAL, {}, later))).toEqual([
    { name: 'local', baseUrl: 'https://b/v1', apiKeyEnv: 'B', apiKey: undefined, models: [], prices: {} },
    { name: 'other', baseUrl: 'https://c/v1', apiKeyEnv: 'C', apiKey: undefined, models: ['x', 'y'], prices: {} },
  ]);
  expect(providersOf(resolved('providers:\n'))).toEqual([]);
});

test.each([
  [
    'providers: {p: {baseUrl: ftp://a, apiKeyEnv: K}}',
    ['1.yaml:1 providers.p.baseUrl must be a URL that begins with http:// or https://'],
  ],
  [
    'providers: {p: {baseUrl: http://a, apiKeyEnv: sk-canary}}',
    ['1.yaml:1 providers.p.apiKeyEnv must be the name of an environment variable, in capitals; never the key itself'],
  ],
  [
    'providers: {p: {models: [m]}}',
    ['1.yaml:1 providers.p needs a baseUrl', '1.yaml:1 providers.p needs apiKeyEnv, the variable that holds its key'],
  ],
  [
    'providers: {p: {baseUrl: http://a, apiKeyEnv: K, colour: red}}',
    [expect.stringContaining('providers.p.colour is not known; its fields are')],
  ],
  [
    'providers: {p: {baseUrl: http://a, apiKeyEnv: K, prices: {m: {input: 1}}}}',
    ['1.yaml:1 providers.p needs both input and output for the price of m'],
  ],
  [
    'providers: {p: {baseUrl: http://a, apiKeyEnv: K, prices: {m: {input: 1, output: cheap}}}}',
    [expect.stringContaining('prices.m.output must be US dollars per 1,000 tokens')],
  ],
  [
    'providers: {openai: {baseUrl: http://a, apiKeyEnv: K}}',
    ['1.yaml:1 providers.openai is a name of the server itself; choose another'],
  ],
  [
    'providers: {My Own: {baseUrl: http://a, apiKeyEnv: K}}',
    ['1.yaml:1 providers.My Own must be named with small letters, digits and hyphens'],
  ],
  ['providers: [a]', ['1.yaml:1 providers must be names, each with its fields']],
  [
    'providers:\n  p:',
    ['1.yaml:2 providers.p needs a baseUrl', '1.yaml:2 providers.p needs apiKeyEnv, the variable that holds its key'],
  ],
])('%s is refused', (text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
  expect(JSON.stringify(resolved(text))).not.toContain('sk-canary');
});
