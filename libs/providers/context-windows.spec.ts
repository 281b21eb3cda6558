import { contextWindowOf } from './context-windows.js';

describe('the context window of a model', () => {
  it.each([
    ['gpt-4', 8_192],
    ['gpt-4-0613', 8_192],
    ['gpt-4-turbo-2024-04-09', 128_000],
    ['gpt-4o-mini', 128_000],
    ['gpt-4.1-nano', 1_047_576],
    ['o3-mini', 200_000],
    ['claude-sonnet-4-5', 200_000],
    ['gemini-2.5-pro', 1_048_576],
  ])('of %s is %d tokens', (model, tokens) => {
    expect(contextWindowOf(model)).toBe(tokens);
  });

  it('of a stranger is not known', () => {
    expect(contextWindowOf('llama3')).toBeNull();
  });
});
