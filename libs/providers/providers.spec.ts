import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#libs/platform/config/index.js';
import { maxOutputTokensOf } from './output-limits.js';
import { Providers } from './providers.js';

const YAML = `
providers:
  local:
    baseUrl: http://10.0.0.7:8000/v1/
    apiKeyEnv: LOCAL_KEY
    models: [llama3, gpt-4]
    prices:
      llama: { input: 0.0000005, output: 0.00015 }
  proxy:
    baseUrl: https://proxy.example/v1
    apiKeyEnv: PROXY_KEY
    prices:
      gpt-4o-mini: { input: 0.001, output: 0.002 }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'renum-providers-'));
  writeFileSync(join(folder, 'default.yaml'), YAML);
});

afterEach(() => rmSync(folder, { recursive: true }));

const providers = (env: NodeJS.ProcessEnv = {}): Providers =>
  new Providers(loadConfig({ env: { RENUM_ENV: 'test', RENUM_CONFIG_DIR: folder, ...env }, cwd: folder }));

const price = (inMicrosPer1k: number, outMicrosPer1k: number) => ({ inMicrosPer1k, outMicrosPer1k });

describe('the price of a model', () => {
  it.each([
    ['gpt-4o', price(5_000, 15_000)],
    ['openai/gpt-4o-mini', price(5_000, 15_000)],
    ['openai/gpt-4', price(30_000, 60_000)],
    ['gpt-4-turbo', price(30_000, 60_000)],
    ['gpt-3.5-turbo', price(1_000, 2_000)],
    ['claude-3-opus-20240229', price(15_000, 75_000)],
    ['anthropic/claude-opus-4-1', price(15_000, 75_000)],
    ['claude-3-5-sonnet-latest', price(3_000, 15_000)],
    ['claude-sonnet-4', price(3_000, 15_000)],
    ['claude-3-haiku', price(800, 2_400)],
    ['sim/anything', price(0, 0)],
    ['local/llama3', price(0.5, 150)],
    ['llama3', price(0.5, 150)],
    ['proxy/gpt-4o-mini', price(1_000, 2_000)],
    ['proxy/gpt-4o', price(5_000, 15_000)],
    ['nowhere/gpt-4o', price(5_000, 15_000)],
    ['gpt-5', null],
    ['gemini-2.5-pro', null],
    ['oracle', null],
    ['suna/agent', null],
  ])('%s', (model, expected) => {
    expect(providers().priceOf(model)).toEqual(expected);
  });
});

describe('who serves models', () => {
  it('knows the three of the world by default', () => {
    const known = providers();
    expect(known.find('openai')).toMatchObject({ protocol: 'openai', baseUrl: 'https://api.openai.com/v1' });
    expect(known.find('anthropic')).toMatchObject({ protocol: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' });
    expect(known.find('google')).toMatchObject({ protocol: 'openai', keyVariable: 'GOOGLE_GENERATIVE_AI_API_KEY' });
    expect(known.find('nowhere')).toBeUndefined();
    expect(known.defaultModel).toBeUndefined();
  });

  it.each(['http://proxy:1', 'http://proxy:1/', 'http://proxy:1/v1', 'http://proxy:1/v1/'])(
    'reads a base of Anthropic as %s',
    (url) => {
      expect(providers({ ANTHROPIC_BASE_URL: url }).find('anthropic')?.baseUrl).toBe('http://proxy:1/v1');
    },
  );

  it("sends a bare name to the operator's endpoint that lists it", () => {
    expect(providers().routeOf('gpt-4')).toEqual({ to: 'llm', provider: 'local', model: 'gpt-4' });
  });

  it("hands out the server's key, or none", () => {
    const known = providers({ LOCAL_KEY: 'abc' });
    expect(known.serverKeyOf('local')?.reveal()).toBe('abc');
    expect(known.serverKeyOf('proxy')).toBeUndefined();
    expect(known.serverKeyOf('nowhere')).toBeUndefined();
  });
});

describe('the longest answer', () => {
  it.each([
    ['gpt-4', 4_096],
    ['gpt-4o-mini', 16_384],
    ['claude-3-haiku', 4_096],
    ['claude-3-5-sonnet', 8_192],
    ['claude-sonnet-4', 16_384],
    ['llama3', 8_192],
  ])('of %s has %i tokens', (model, tokens) => {
    expect(maxOutputTokensOf(model)).toBe(tokens);
  });
});
