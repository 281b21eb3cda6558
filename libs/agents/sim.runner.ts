import { Injectable } from '@nestjs/common';
import { Clock, fromUsd, NO_MONEY } from '#libs/kernel/index.js';
import { modelName } from '#libs/providers/index.js';
import type { Usage } from '#libs/workflow/index.js';
import {
  AgentRunner,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type Watch,
  wasAborted,
} from './agent-runner.js';
import { type Directive, readDirectives } from './directives.js';

const FAILURE = {
  server_error: 'The simulated model failed, as its text told it to.',
  timeout: 'The simulated model did not answer in time, as its text told it to.',
  rate_limit: 'The simulated model refused for its rate limit, as its text told it to.',
  invalid: 'The simulated model refused the request, as its text told it to.',
  network: 'The simulated model could not be reached, as its text told it to.',
} as const;

/** The longest wait that timers of the platform can hold. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/**
 * A model for trials, tests and load: no network, deterministic, free. It answers with its own input unless directives
 * say otherwise. They are read from the agent's system prompt and from what the user wrote, never from what agents
 * produced. Sleeps add up; of all else the last one counts, the system prompt's before the input's: it speaks of this
 * agent, while one prompt may reach a whole team. A step sleeps first, then fails or answers.
 */
@Injectable()
export class SimRunner extends AgentRunner {
  readonly kind = 'sim';

  constructor(private readonly clock: Clock) {
    super();
  }

  async run(step: StepRequest, watch: Watch, signal: AbortSignal): Promise<RunnerAnswer> {
    if (signal.aborted) throw wasAborted();
    const script = scriptOf(step);
    // Without a sleep nothing is awaited: a step then costs no turn of the event loop.
    if (script.delayMs > 0) await this.#sleep(script.delayMs, signal);
    if (script.failure)
      throw new RunnerFailure({ code: script.failure, message: FAILURE[script.failure] }, script.told);

    for (const word of script.answer.match(/\S+\s*|^\s+/g) ?? []) watch.delta(word);
    return { text: script.answer, usage: script.usage };
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

/** What one step does, once all its directives are weighed. */
interface Script {
  readonly delayMs: number;
  readonly failure: keyof typeof FAILURE | null;
  readonly answer: string;
  readonly usage: Usage;
  /** The usage of a failed step: known only where a directive tells it. */
  readonly told: Usage | null;
}

function scriptOf({ agent, input, attempt }: StepRequest): Script {
  const parts = input.map(({ text, author }) => (author === 'user' ? readDirectives(text) : { text, directives: [] }));
  const said = parts.map(({ text }) => text).join('\n\n');
  const directives = new Directives([
    ...parts.flatMap((part) => part.directives),
    ...readDirectives(agent.systemPrompt).directives,
  ]);

  const answer = directives.last('answer')?.text ?? said;
  const tokens = directives.last('tokens');
  const cost = directives.last('cost');
  const usage: Usage = {
    provider: 'sim',
    model: modelName(agent.model ?? 'sim'),
    keyType: 'renum_native',
    tokensIn: tokens?.tokensIn ?? tokensOf(said),
    tokensOut: tokens?.tokensOut ?? tokensOf(answer),
    requests: 1,
    costMicros: cost ? fromUsd(cost.usd) : NO_MONEY,
    incomplete: false,
  };
  const fails = attempt <= (directives.last('fail')?.attempts ?? 0);
  return {
    delayMs: directives.delayMs,
    failure: fails ? 'server_error' : (directives.last('error')?.code ?? null),
    answer,
    usage,
    told: tokens || cost ? usage : null,
  };
}

type Named<N extends Directive['name']> = Extract<Directive, { readonly name: N }>;

class Directives {
  constructor(private readonly all: readonly Directive[]) {}

  get delayMs(): number {
    const sum = this.all.reduce((sum, one) => (one.name === 'sleep' ? sum + one.delayMs : sum), 0);
    return Math.min(sum, LONGEST_SLEEP_MS);
  }

  last<N extends Directive['name']>(name: N): Named<N> | undefined {
    return this.all.findLast((one): one is Named<N> => one.name === name);
  }
}

/** Four characters are a token; a character is a whole code point. */
function tokensOf(text: string): number {
  const pairs = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  return Math.ceil((text.length - pairs) / 4);
}
