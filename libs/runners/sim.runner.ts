import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import type { RecordedTurn } from '#libs/workflow/index.js';
import {
  AgentRunner,
  type Conversation,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type Watch,
  wasAborted,
} from './agent-runner.js';
import { recordTurn } from './record-turn.js';
import { answerOf, type Script, scriptOf, usageOf } from './sim-script.js';

const FAILURE = {
  server_error: 'The simulated model failed, as its text told it to.',
  timeout: 'The simulated model did not answer in time, as its text told it to.',
  rate_limit: 'The simulated model refused for its rate limit, as its text told it to.',
  invalid: 'The simulated model refused the request, as its text told it to.',
  network: 'The simulated model could not be reached, as its text told it to.',
} as const;

/**
 * A model for trials, tests and load: no network, deterministic, free. It answers with its own input unless directives
 * say otherwise. They are read from the agent's system prompt and from what the user wrote, never from what agents
 * produced. Sleeps add up, calls of tools are made in their order; of all else the last one counts, the system prompt's
 * before the input's: it speaks of this agent, while one prompt may reach a whole team. A step sleeps first, then uses its
 * tools, then fails or answers.
 */
@Injectable()
export class SimRunner extends AgentRunner {
  readonly kind = 'sim';

  constructor(private readonly clock: Clock) {
    super();
  }

  async run(step: StepRequest, watch: Watch, signal: AbortSignal, conversation: Conversation): Promise<RunnerAnswer> {
    if (signal.aborted) throw wasAborted();
    const script = scriptOf(step);
    const { recorded } = conversation;
    // Without a sleep or a tool nothing is awaited: a step then costs no turn of the event loop.
    if (script.delayMs > 0 && recorded.length === 0) await this.#sleep(script.delayMs, signal);
    const turns =
      script.turns.length > recorded.length ? await this.#performed(script, conversation, signal) : recorded;
    if (script.failure)
      throw new RunnerFailure({ code: script.failure, message: FAILURE[script.failure] }, script.told);

    const text = answerOf(script, turns);
    for (const word of text.match(/\S+\s*|^\s+/g) ?? []) watch.delta(word);
    return { text, usage: usageOf(script, text) };
  }

  async #performed(script: Script, conversation: Conversation, signal: AbortSignal): Promise<readonly RecordedTurn[]> {
    const done = [...conversation.recorded];
    for (const { turn, usage } of script.turns.slice(done.length)) {
      done.push({ turn, results: await recordTurn(conversation, turn, usage, signal) });
    }
    return done;
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener('abort', cut);
        resolve();
      };
      const cut = (): void => {
        takeBack();
        reject(wasAborted());
      };
      const takeBack = this.clock.after(delayMs, wake);
      signal.addEventListener('abort', cut, { once: true });
    });
  }
}
