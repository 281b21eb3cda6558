import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import { type ModelProvider, ProviderKeys, Providers } from '#libs/providers/index.js';
import {
  AgentRunner,
  type Conversation,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type Watch,
} from './agent-runner.js';
import { Dialogue } from './dialogue.js';
import { OutputSchemas } from './output-schemas.js';

/** Runs agents on language models: a streamed request per turn, never repeated here: retries belong to the engine. */
@Injectable()
export class LlmRunner extends AgentRunner {
  readonly kind = 'llm';

  constructor(
    private readonly providers: Providers,
    private readonly keys: ProviderKeys,
    private readonly schemas: OutputSchemas,
    private readonly clock: Clock,
  ) {
    super();
  }

  async run(step: StepRequest, watch: Watch, signal: AbortSignal, conversation: Conversation): Promise<RunnerAnswer> {
    const target = this.#targetOf(step.agent.model);
    const key = await this.keys.keyFor(step, target.provider.name);
    if (!key) throw noKey(target.provider);
    const served = { ...target, key, price: step.price };
    return new Dialogue(step, served, conversation, this.schemas, this.clock).perform(watch, signal);
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

function failure(code: string, message: string): RunnerFailure {
  return new RunnerFailure({ code, message });
}

function noKey({ name, keyVariable }: ModelProvider): RunnerFailure {
  const how = `Set ${keyVariable} on the server, or store your own key with POST /api/v1/api-keys (service_name "${name}").`;
  return failure('provider.no-key', `There is no key for ${name}. ${how}`);
}
