import { isJsonObject } from '#libs/kernel/index.js';

/** Tokens a provider has told of so far; null: not yet. */
export interface TokensSeen {
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

export const NOTHING_SEEN: TokensSeen = { tokensIn: null, tokensOut: null };

/**
 * What one raw frame adds, of either protocol. OpenAI tells everything in its last frame, Anthropic the input in the
 * first and the output in the last: so a stream that breaks in between still has a known part.
 */
export function withFrame(seen: TokensSeen, frame: unknown): TokensSeen {
  if (!isJsonObject(frame)) return seen;
  const usage = isJsonObject(frame.message) ? frame.message.usage : frame.usage;
  if (!isJsonObject(usage)) return seen;

  const cached = (whole(usage.cache_creation_input_tokens) ?? 0) + (whole(usage.cache_read_input_tokens) ?? 0);
  const fresh = whole(usage.input_tokens);
  return {
    tokensIn: whole(usage.prompt_tokens) ?? (fresh === null ? seen.tokensIn : fresh + cached),
    // The first frame of Anthropic counts one token of an answer that has not begun: a placeholder.
    tokensOut: whole(usage.completion_tokens) ?? (frame.message ? null : whole(usage.output_tokens)) ?? seen.tokensOut,
  };
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
