import { modelName, routeOf } from './model.js';

const local = { name: 'local', models: ['llama3', 'gpt-oss'] };
const anything = { name: 'groq', models: [] };

describe('which model goes to whom', () => {
  it.each([
    ['sim/fast', { to: 'sim', model: 'fast' }],
    ['suna/agent-7', { to: 'suna', agentId: 'agent-7' }],
    ['openai/gpt-4o', { to: 'llm', provider: 'openai', model: 'gpt-4o' }],
    ['anthropic/claude-sonnet-4', { to: 'llm', provider: 'anthropic', model: 'claude-sonnet-4' }],
    ['groq/meta/llama-3', { to: 'llm', provider: 'groq', model: 'meta/llama-3' }],
    ['nowhere/model', { to: 'llm', provider: 'nowhere', model: 'model' }],
    ['gpt-4', { to: 'llm', provider: 'openai', model: 'gpt-4' }],
    ['gpt-4o-mini', { to: 'llm', provider: 'openai', model: 'gpt-4o-mini' }],
    ['chatgpt-4o-latest', { to: 'llm', provider: 'openai', model: 'chatgpt-4o-latest' }],
    ['ft:gpt-4o:acme::1', { to: 'llm', provider: 'openai', model: 'ft:gpt-4o:acme::1' }],
    ['o1', { to: 'llm', provider: 'openai', model: 'o1' }],
    ['o4-mini', { to: 'llm', provider: 'openai', model: 'o4-mini' }],
    ['claude-3-5-sonnet-latest', { to: 'llm', provider: 'anthropic', model: 'claude-3-5-sonnet-latest' }],
    ['gemini-2.5-pro', { to: 'llm', provider: 'google', model: 'gemini-2.5-pro' }],
    ['llama3', { to: 'llm', provider: 'local', model: 'llama3' }],
    ['gpt-oss', { to: 'llm', provider: 'local', model: 'gpt-oss' }],
    ['oracle', { to: 'nobody', model: 'oracle' }],
    ['o1x', { to: 'nobody', model: 'o1x' }],
    ['/x', { to: 'nobody', model: '/x' }],
    ['sim', { to: 'nobody', model: 'sim' }],
  ])('%s', (model, route) => {
    expect(routeOf(model, [anything, local])).toEqual(route);
  });

  it('knows a model by its name without the provider', () => {
    expect(['openai/gpt-4o', 'gpt-4o', 'groq/meta/llama', '/x'].map(modelName)).toEqual([
      'gpt-4o',
      'gpt-4o',
      'meta/llama',
      '/x',
    ]);
  });
});
