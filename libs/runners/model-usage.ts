import type { ModelProvider, ProviderKey } from '#libs/providers/index.js';
import { costOf, type Price, type Usage } from '#libs/workflow/index.js';
import type { TokensSeen } from './tokens-seen.js';

/** Whom a call asks, with whose key, at which price. */
export interface Served {
  readonly provider: ModelProvider;
  readonly model: string;
  readonly key: ProviderKey;
  readonly price: Price | null;
}

/** What the provider told of one call; null: nothing yet. */
export function usageOf({ tokensIn, tokensOut }: TokensSeen, served: Served): Usage | null {
  if (tokensIn === null && tokensOut === null) return null;
  const cost = costOf(served.price, tokensIn ?? 0, tokensOut ?? 0);
  return {
    ...unknownUsage(served),
    tokensIn: tokensIn ?? 0,
    tokensOut: tokensOut ?? 0,
    costMicros: cost.costMicros,
    incomplete: cost.incomplete || tokensIn === null || tokensOut === null,
  };
}

/** A request was made and answered, and nobody told what it used. */
export function unknownUsage({ provider, model, key }: Served): Usage {
  return {
    provider: provider.name,
    model,
    keyType: key.type,
    tokensIn: 0,
    tokensOut: 0,
    requests: 1,
    costMicros: costOf(null, 0, 0).costMicros,
    incomplete: true,
  };
}
