import type { OpenAICompatibleProvider } from '@ai-sdk/openai-compatible';
import type { ModelProvider } from '#libs/providers/index.js';

/** A language model as the SDK's providers make it. */
export type LanguageModel = ReturnType<OpenAICompatibleProvider['chatModel']>;
export type CallOptions = Parameters<LanguageModel['doStream']>[0];
export type Fetch = typeof globalThis.fetch;

/**
 * The SDK's reader of the provider's protocol, with every request going through `fetch`. Loaded with the first call:
 * a server that only simulates never pays for it (160 ms, 24 MB).
 */
export async function openModel(
  { protocol, baseUrl: baseURL, name }: ModelProvider,
  model: string,
  apiKey: string,
  fetch: Fetch,
): Promise<LanguageModel> {
  switch (protocol) {
    case 'openai': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const open = { name, baseURL, apiKey, fetch, includeUsage: true, supportsStructuredOutputs: true };
      return createOpenAICompatible({ ...open, transformRequestBody: nameTheLimit }).chatModel(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ baseURL, apiKey, fetch }).chat(model);
    }
  }
}

/** OpenAI's reasoning models refuse `max_tokens`, while most others know nothing else. */
function nameTheLimit(body: Record<string, unknown>): Record<string, unknown> {
  if (typeof body.model !== 'string' || !/^(o\d|gpt-5)/.test(body.model)) return body;
  const { max_tokens, ...rest } = body;
  return { ...rest, max_completion_tokens: max_tokens };
}
