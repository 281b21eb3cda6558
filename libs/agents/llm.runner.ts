import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import {
  type ModelProvider,
  maxOutputTokensOf,
  type ProviderKey,
  ProviderKeys,
  Providers,
} from '#libs/providers/index.js';
import { costOf, type Usage } from '#libs/workflow/index.js';
import { AgentRunner, type RunnerAnswer, RunnerFailure, type StepRequest, type Watch } from './agent-runner.js';
import { ModelCall } from './model-call.js';

/** Runs agents on language models: one streamed request per step, never repeated here: retries belong to the engine. */
@Injectable()
export class LlmRunner extends AgentRunner {
  readonly kind = 'llm';

  constructor(
    private readonly providers: Providers,
    private readonly keys: ProviderKeys,
    private readonly clock: Clock,
  ) {
    super();
  }

  async run(step: StepRequest, watch: Watch, signal: AbortSignal): Promise<RunnerAnswer> {
    const { provider, model } = this.#targetOf(step.agent.model);
    const key = await this.keys.keyFor(step, provider.name);
    if (!key) throw noKey(provider);

    const maxOutputTokens = maxOutputTokensOf(model);
    const call = new ModelCall(
      {
        provider,
        model,
        apiKey: key.secret.reveal(),
        idempotencyKey: step.key,
        systemPrompt: step.agent.systemPrompt,
        input: step.input.map(({ text }) => text).join('\n\n'),
        maxOutputTokens,
      },
      this.clock,
    );
    try {
      const { text, isCut } = await call.perform((delta) => watch.delta(delta), signal);
      const usage = usageOf(call, { provider, model, key, step }) ?? unknownUsage({ provider, model, key, step });
      return {
        text,
        usage,
        ...(isCut && { note: `The answer was cut at ${maxOutputTokens} tokens, the limit of one call.` }),
      };
    } catch (error) {
      if (!(error instanceof RunnerFailure)) throw error;
      throw new RunnerFailure(error.error, usageOf(call, { provider, model, key, step }), error.retryAfterMs);
    }
  }

  #targetOf(written: string | null): Target {
    if (written === null)
      throw failure('model.missing', 'The agent names no model, and RENUM_DEFAULT_MODEL is not set.');
    const route = this.providers.routeOf(written);
    if (route.to !== 'llm') {
      const hint = 'Write provider/name, such as openai/gpt-4o, anthropic/claude-sonnet-4 or sim/echo.';
      throw failure('model.unknown', `Nobody is known to serve the model "${written}". ${hint}`);
    }
    const provider = this.providers.find(route.provider);
    if (!provider) {
      const known = this.providers.all.map(({ name }) => name).join(', ');
      throw failure('provider.unknown', `There is no provider "${route.provider}" here. There are: ${known}, sim.`);
    }
    if (provider.models.length > 0 && !provider.models.includes(route.model)) {
      const known = provider.models.join(', ');
      throw failure('model.unknown', `${provider.name} does not offer "${route.model}". It offers: ${known}.`);
    }
    return { provider, model: route.model };
  }
}

interface Target {
  readonly provider: ModelProvider;
  readonly model: string;
}

interface Performed extends Target {
  readonly key: ProviderKey;
  readonly step: StepRequest;
}

/** What the provider told of; null: nothing yet. */
function usageOf({ seen: { tokensIn, tokensOut } }: ModelCall, performed: Performed): Usage | null {
  if (tokensIn === null && tokensOut === null) return null;
  const cost = costOf(performed.step.price, tokensIn ?? 0, tokensOut ?? 0);
  return {
    ...unknownUsage(performed),
    tokensIn: tokensIn ?? 0,
    tokensOut: tokensOut ?? 0,
    costMicros: cost.costMicros,
    incomplete: cost.incomplete || tokensIn === null || tokensOut === null,
  };
}

/** A request was made and answered, and nobody told what it used. */
function unknownUsage({ provider, model, key }: Performed): Usage {
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

function failure(code: string, message: string): RunnerFailure {
  return new RunnerFailure({ code, message });
}

function noKey({ name, keyVariable }: ModelProvider): RunnerFailure {
  const how = `Set ${keyVariable} on the server, or store your own key with POST /api/v1/api-keys (service_name "${name}").`;
  return failure('provider.no-key', `There is no key for ${name}. ${how}`);
}
