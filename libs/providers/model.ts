/** A provider, as far as names of models are concerned. */
export interface NamedProvider {
  readonly name: string;
  /** Empty: any. */
  readonly models: readonly string[];
}

/** Who answers for a model. */
export type Route =
  | { readonly to: 'sim'; readonly model: string }
  | { readonly to: 'suna'; readonly agentId: string }
  | { readonly to: 'llm'; readonly provider: string; readonly model: string }
  /** A bare name that nobody is known for. Saved all the same: the step says so. */
  | { readonly to: 'nobody'; readonly model: string };

const WELL_KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^(gpt-|chatgpt-|ft:gpt-|o\d+(-|$))/, 'openai'],
  [/^claude-/, 'anthropic'],
  [/^gemini-/, 'google'],
];

/**
 * `provider/name` goes to that provider, known or not. A bare name goes to the endpoint that the operator lists it
 * under, else to whom the world knows it from.
 */
export function routeOf(model: string, providers: readonly NamedProvider[]): Route {
  const slash = model.indexOf('/');
  if (slash > 0) {
    const provider = model.slice(0, slash);
    const name = model.slice(slash + 1);
    if (provider === 'sim') return { to: 'sim', model: name };
    if (provider === 'suna') return { to: 'suna', agentId: name };
    return { to: 'llm', provider, model: name };
  }
  const listed = providers.find(({ models }) => models.includes(model));
  if (listed) return { to: 'llm', provider: listed.name, model };
  const known = WELL_KNOWN.find(([pattern]) => pattern.test(model));
  return known ? { to: 'llm', provider: known[1], model } : { to: 'nobody', model };
}

/** Without the provider before the first slash. */
export function modelName(model: string): string {
  const slash = model.indexOf('/');
  return slash > 0 ? model.slice(slash + 1) : model;
}
