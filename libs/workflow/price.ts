import { type Micros, micros, NO_MONEY } from '#libs/kernel/index.js';

/** Micro-dollars per 1,000 tokens. */
export interface Price {
  readonly inMicrosPer1k: number;
  readonly outMicrosPer1k: number;
}

/** By the beginning of a model's name, e.g. `gpt-4o`; data, so that an operator can extend it. */
export type PriceTable = Readonly<Record<string, Price>>;

/** The entry with the longest beginning of `model`; null when none fits: a price is never guessed. */
export function priceOf(table: PriceTable, model: string): Price | null {
  let best: string | null = null;
  for (const prefix of Object.keys(table)) {
    if (model.startsWith(prefix) && prefix.length > (best?.length ?? -1)) best = prefix;
  }
  return best === null ? null : (table[best] ?? null);
}

export interface Cost {
  readonly costMicros: Micros;
  /** Tokens were used whose price is not known: `costMicros` is only the known part. */
  readonly incomplete: boolean;
}

export function costOf(price: Price | null, tokensIn: number, tokensOut: number): Cost {
  if (price === null) return { costMicros: NO_MONEY, incomplete: tokensIn + tokensOut > 0 };
  const thousandths = tokensIn * price.inMicrosPer1k + tokensOut * price.outMicrosPer1k;
  return { costMicros: micros(thousandths / 1_000), incomplete: false };
}
