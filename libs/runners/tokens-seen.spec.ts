import { NOTHING_SEEN, withFrame } from './tokens-seen.js';

describe('the tokens a provider told of', () => {
  it('come with the last frame of OpenAI', () => {
    expect(withFrame(NOTHING_SEEN, { usage: { prompt_tokens: 5, completion_tokens: 2 } })).toEqual({
      tokensIn: 5,
      tokensOut: 2,
    });
  });

  it('come in two frames of Anthropic, cached ones included', () => {
    const usage = { input_tokens: 5, cache_creation_input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 1 };
    const first = withFrame(NOTHING_SEEN, { type: 'message_start', message: { usage } });
    expect(first).toEqual({ tokensIn: 115, tokensOut: null });
    expect(withFrame(first, { type: 'message_delta', usage: { output_tokens: 40 } })).toEqual({
      tokensIn: 115,
      tokensOut: 40,
    });
  });

  it.each([
    null,
    'text',
    [],
    {},
    { usage: null },
    { message: 'x' },
    { usage: { prompt_tokens: -1, completion_tokens: 1.5 } },
  ])('are not invented from %j', (frame) => {
    const seen = { tokensIn: 3, tokensOut: 4 };
    expect(withFrame(seen, frame)).toEqual(seen);
  });
});
