import type { Price, PriceTable } from '#libs/workflow/index.js';

const GPT_4O = price(5_000, 15_000);
const GPT_4 = price(30_000, 60_000);
const GPT_3_5 = price(1_000, 2_000);
const OPUS = price(15_000, 75_000);
const SONNET = price(3_000, 15_000);
const CLAUDE = price(800, 2_400);

/**
 * What a model costs, by the beginning of its name without a provider; the longest one counts. A model that fits none
 * has no price: it is never guessed. Anthropic writes the family before or behind the version, so both stand here.
 */
export const PRICES: PriceTable = {
  'gpt-4o': GPT_4O,
  'chatgpt-4o': GPT_4O,
  'gpt-4': GPT_4,
  'gpt-3.5': GPT_3_5,
  'claude-opus': OPUS,
  'claude-3-opus': OPUS,
  'claude-4-opus': OPUS,
  'claude-sonnet': SONNET,
  'claude-3-sonnet': SONNET,
  'claude-3-5-sonnet': SONNET,
  'claude-3.5-sonnet': SONNET,
  'claude-3-7-sonnet': SONNET,
  'claude-3.7-sonnet': SONNET,
  'claude-4-sonnet': SONNET,
  'claude-': CLAUDE,
};

/** Simulated models cost nothing, and that is known. */
export const FREE = price(0, 0);

function price(inMicrosPer1k: number, outMicrosPer1k: number): Price {
  return { inMicrosPer1k, outMicrosPer1k };
}
