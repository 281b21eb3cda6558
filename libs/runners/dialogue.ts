import type { Judged, OutputSchemas } from '#libs/agents/index.js';
import type { Clock, Json, JsonObject } from '#libs/kernel/index.js';
import { maxOutputTokensOf } from '#libs/providers/index.js';
import type { RecordedTurn, Turn, Usage } from '#libs/workflow/index.js';
import { type Conversation, type RunnerAnswer, RunnerFailure, type StepRequest, type Watch } from './agent-runner.js';
import { ModelCall, type Said } from './model-call.js';
import { type Served, unknownUsage, usageOf } from './model-usage.js';
import { MOST_REPAIRS, outputInvalid, repairDemand, schemaDemand, takesSchema } from './output-demand.js';
import { messageBlock } from './received-messages.js';
import { recordTurn } from './record-turn.js';
import { callOf } from './tool-call.js';
import { type Exchange, transcriptOf } from './transcript.js';

/**
 * Each turn sends all those before it again, so a conversation costs with the square of its length: fifty are more than
 * any task of a step needed, and few enough that a model which only ever calls tools is stopped while it is cheap.
 */
export const MOST_TURNS = 50;

interface Turned extends Said {
  readonly usage: Usage;
}

/** One performance of a step as a conversation with a model: it goes on behind the turns that are on record. */
export class Dialogue {
  constructor(
    private readonly step: StepRequest,
    private readonly served: Served,
    private readonly conversation: Conversation,
    private readonly schemas: OutputSchemas,
    private readonly clock: Clock,
  ) {}

  async perform(watch: Watch, signal: AbortSignal): Promise<RunnerAnswer> {
    const exchanges = await Promise.all(this.conversation.recorded.map((recorded) => this.#exchange(recorded)));
    for (;;) {
      const turnNo = exchanges.length + 1;
      const said = await this.#ask(turnNo, exchanges, watch, signal);
      const isAnswer = said.calls.length === 0;
      const judged = isAnswer ? await this.#judged(said.text) : null;
      if (judged?.ok) return this.#answer(said, judged.data);
      if (judged && repairsIn(exchanges) >= MOST_REPAIRS) {
        throw new RunnerFailure(outputInvalid(judged.problems), said.usage);
      }
      if (turnNo >= MOST_TURNS) throw tooManyTurns(said.usage);

      const turn: Turn = { text: said.text, calls: said.calls.map(callOf) };
      const results = await recordTurn(this.conversation, turn, said.usage, signal);
      exchanges.push(await this.#exchange({ turn, results }));
      if (said.text !== '') watch.delta('\n\n');
    }
  }

  /** A turn that is neither an answer nor a call is one that had to be mended: its faults are found again. */
  async #exchange(recorded: RecordedTurn): Promise<Exchange> {
    if (recorded.turn.calls.length > 0) return recorded;
    const judged = await this.#judged(recorded.turn.text);
    return { ...recorded, reply: repairDemand(judged.ok ? [] : judged.problems) };
  }

  async #judged(text: string): Promise<Judged | { readonly ok: true; readonly data?: undefined }> {
    const { outputSchema } = this.step.agent;
    return outputSchema ? this.schemas.judged(outputSchema, text) : { ok: true };
  }

  async #ask(turnNo: number, exchanges: readonly Exchange[], watch: Watch, signal: AbortSignal): Promise<Turned> {
    const { step, served } = this;
    const call = new ModelCall(
      {
        provider: served.provider,
        model: served.model,
        apiKey: served.key.secret.reveal(),
        idempotencyKey: turnNo === 1 ? step.key : `${step.key}.${turnNo}`,
        prompt: transcriptOf({ system: this.#system, user: userTextOf(step) }, exchanges),
        tools: this.conversation.tools,
        schema: this.#schemaBeside,
        maxOutputTokens: maxOutputTokensOf(served.model),
      },
      this.clock,
    );
    try {
      const said = await call.perform((delta) => watch.delta(delta), signal);
      return { ...said, usage: usageOf(call.seen, served) ?? unknownUsage(served) };
    } catch (error) {
      if (!(error instanceof RunnerFailure)) throw error;
      throw new RunnerFailure(error.error, usageOf(call.seen, served), error.retryAfterMs);
    }
  }

  /** The schema, where the model takes one beside the prompt. */
  get #schemaBeside(): JsonObject | null {
    const { outputSchema } = this.step.agent;
    const { provider, model } = this.served;
    return outputSchema && takesSchema(provider, model, outputSchema) ? outputSchema : null;
  }

  get #system(): string {
    const { systemPrompt, outputSchema } = this.step.agent;
    const demand = outputSchema && !this.#schemaBeside ? schemaDemand(outputSchema) : '';
    return [systemPrompt, demand].filter((text) => text !== '').join('\n\n');
  }

  #answer({ text, usage, isCut }: Turned, data: Json | undefined): RunnerAnswer {
    const limit = maxOutputTokensOf(this.served.model);
    const found = data === undefined ? {} : { data };
    return {
      text,
      ...found,
      usage,
      ...(isCut && { note: `The answer was cut at ${limit} tokens, the limit of one call.` }),
    };
  }
}

/** What the workflow gives the agent, and what others wrote to it: theirs never becomes a part of the system prompt. */
function userTextOf({ input, messages }: StepRequest): string {
  const said = input.map(({ text }) => text).join('\n\n');
  const block = messageBlock(messages);
  return block === '' ? said : `${said}\n\n${block}`;
}

function repairsIn(exchanges: readonly Exchange[]): number {
  return exchanges.filter(({ reply }) => reply !== undefined).length;
}

function tooManyTurns(usage: Usage): RunnerFailure {
  const message = `The model went on calling tools for ${MOST_TURNS} turns and gave no answer. Say in the system prompt when its work is done, or take tools away with "configuration.tools".`;
  return new RunnerFailure({ code: 'step.too-many-turns', message }, usage);
}
