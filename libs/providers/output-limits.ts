/** What a model may answer at most, in tokens: enough for a long report, and never more than the model accepts. */
const LIMITS: Readonly<Record<string, number>> = {
  'gpt-3.5': 4_096,
  'gpt-4': 4_096,
  'gpt-4o': 16_384,
  'gpt-4.1': 32_768,
  'gpt-5': 32_768,
  o1: 32_768,
  o3: 32_768,
  o4: 32_768,
  'claude-': 16_384,
  'claude-3-': 4_096,
  'claude-3-5-': 8_192,
  'claude-3-7-': 16_384,
};

const OTHERS = 8_192;

/** The upper bound that every call states, so that the cost of one call has a ceiling. */
export function maxOutputTokensOf(model: string): number {
  const longest = Object.keys(LIMITS)
    .filter((prefix) => model.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return (longest === undefined ? undefined : LIMITS[longest]) ?? OTHERS;
}
