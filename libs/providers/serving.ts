import type { ModelProvider, Providers } from './providers.js';

/** Why nobody here can answer for a model: the code and the words with which its step fails. */
export interface Unserved {
  readonly code: string;
  readonly message: string;
}

export interface Serving {
  readonly provider: ModelProvider;
  readonly model: string;
}

/** Which provider serves a model as a user writes it; null: the agent names none, and neither does the server. */
export function servingOf(
  written: string | null,
  known: Pick<Providers, 'routeOf' | 'find' | 'all'>,
): Serving | Unserved {
  if (written === null) {
    return { code: 'model.missing', message: 'The agent names no model, and RENUM_DEFAULT_MODEL is not set.' };
  }
  const route = known.routeOf(written);
  if (route.to !== 'llm') {
    const hint = 'Write provider/name, such as openai/gpt-4o, anthropic/claude-sonnet-4 or sim/echo.';
    return { code: 'model.unknown', message: `Nobody is known to serve the model "${written}". ${hint}` };
  }
  const provider = known.find(route.provider);
  if (!provider) {
    const names = known.all.map(({ name }) => name).join(', ');
    return {
      code: 'provider.unknown',
      message: `There is no provider "${route.provider}" here. There are: ${names}, sim.`,
    };
  }
  if (provider.models.length > 0 && !provider.models.includes(route.model)) {
    return {
      code: 'model.unknown',
      message: `${provider.name} does not offer "${route.model}". It offers: ${provider.models.join(', ')}.`,
    };
  }
  return { provider, model: route.model };
}

export function noKeyFor({ name, keyVariable }: ModelProvider): Unserved {
  const how = `Set ${keyVariable} on the server, or store your own key with POST /api/v1/api-keys (service_name "${name}").`;
  return { code: 'provider.no-key', message: `There is no key for ${name}. ${how}` };
}
