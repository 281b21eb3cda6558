import { routeOf } from './model.js';
import type { ModelProvider } from './providers.js';
import { noKeyFor, servingOf } from './serving.js';

const provider = (name: string, models: readonly string[] = []): ModelProvider => ({
  name,
  protocol: 'openai',
  baseUrl: 'http://localhost/v1',
  keyVariable: `${name.toUpperCase()}_KEY`,
  models,
});
const all = [provider('openai'), provider('local', ['llama3'])];
const known = {
  all,
  routeOf: (model: string) => routeOf(model, all),
  find: (name: string) => all.find((one) => one.name === name),
};
const serving = (model: string | null) => servingOf(model, known);

describe('who serves a model', () => {
  it('is its provider, with the name it goes by there', () => {
    expect(serving('openai/gpt-4o')).toEqual({ provider: all[0], model: 'gpt-4o' });
    expect(serving('llama3')).toEqual({ provider: all[1], model: 'llama3' });
  });

  it.each([
    [null, 'model.missing', 'RENUM_DEFAULT_MODEL'],
    ['oracle', 'model.unknown', 'Write provider/name'],
    ['nowhere/x', 'provider.unknown', 'There are: openai, local, sim.'],
    ['local/gpt-4o', 'model.unknown', 'It offers: llama3.'],
  ])('of %s is nobody: %s', (model, code, words) => {
    expect(serving(model)).toEqual({ code, message: expect.stringContaining(words) });
  });

  it('wants a key, and is told by which names', () => {
    expect(noKeyFor(provider('openai'))).toEqual({
      code: 'provider.no-key',
      message: expect.stringMatching(/OPENAI_KEY on the server.*service_name "openai"/),
    });
  });
});
