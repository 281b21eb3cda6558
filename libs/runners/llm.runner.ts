import { Injectable } from '@nestjs/common';
import { OutputSchemas } from '#libs/agents/index.js';
import { Clock } from '#libs/kernel/index.js';
import { noKeyFor, ProviderKeys, Providers, servingOf } from '#libs/providers/index.js';
import {
  AgentRunner,
  type Conversation,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type Watch,
} from './agent-runner.js';
import { Dialogue } from './dialogue.js';

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
    const target = servingOf(step.agent.model, this.providers);
    if (!('provider' in target)) throw new RunnerFailure(target);
    const key = await this.keys.keyFor(step, target.provider.name);
    if (!key) throw new RunnerFailure(noKeyFor(target.provider));
    const served = { ...target, key, price: step.price };
    return new Dialogue(step, served, conversation, this.schemas, this.clock).perform(watch, signal);
  }
}
