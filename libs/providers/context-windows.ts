/**
 * How many tokens a model takes in and gives out together in one call, by the beginning of its name; the longest one
 * counts. As public lists that agree with one another gave them in November 2026, not read off each provider's own page;
 * sizes that need a special header or contract are left out. A model that fits none has no known window: it is never
 * guessed. Only a warning before a run rests on them.
 */
const WINDOWS: Readonly<Record<string, number>> = {
  'gpt-3.5-turbo': 16_385,
  'gpt-4': 8_192,
  'gpt-4-32k': 32_768,
  'gpt-4-turbo': 128_000,
  'gpt-4-0125': 128_000,
  'gpt-4-1106': 128_000,
  'gpt-4o': 128_000,
  'chatgpt-4o': 128_000,
  'gpt-4.1': 1_047_576,
  'gpt-5': 400_000,
  'gpt-5-chat': 128_000,
  o1: 200_000,
  'o1-mini': 128_000,
  'o1-preview': 128_000,
  o3: 200_000,
  o4: 200_000,
  'claude-': 200_000,
  'claude-opus-4-6': 1_000_000,
  'claude-opus-4-7': 1_000_000,
  'claude-opus-4-8': 1_000_000,
  'claude-opus-5': 1_000_000,
  'claude-sonnet-4-6': 1_000_000,
  'claude-sonnet-5': 1_000_000,
  'claude-2.0': 100_000,
  'claude-instant': 100_000,
  'gemini-': 1_048_576,
};

/** Null: not known. */
export function contextWindowOf(model: string): number | null {
  const longest = Object.keys(WINDOWS)
    .filter((prefix) => model.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  return (longest === undefined ? undefined : WINDOWS[longest]) ?? null;
}
