import type { Tail } from '#libs/journal/index.js';
import { AppError, type Clock } from '#libs/kernel/index.js';
import { DatabaseUnavailable } from '#libs/platform/database/index.js';
import { type Conversation, RunnerFailure, type Runners, type StepRequest } from '#libs/runners/index.js';
import { type Outcome, outputOf, type Performance } from '#libs/workflow/index.js';

/** How long an aborted call may take to say what it cost before its step is settled without. */
const ABORT_GRACE_MS = 1_000;

/** Between two questions of a runner to a database that is away. */
const AWAY_PAUSE_MS = 1_000;

/** `parked`: the attempt waits for an answer, or goes on elsewhere. */
export type CutReason = 'timeout' | 'cancelled' | 'shutdown' | 'parked';

/** One attempt that this process performs. */
export interface Performing extends Performance {
  readonly request: StepRequest;
  readonly timeoutMs: number;
  readonly conversation: Conversation;
}

/**
 * Runs attempts through their runners: at most `width` at a time in this process, each against its own clock. What is
 * committed as started but waits for a place has not begun its time. Never rejects: every end is an outcome.
 */
export class Performer {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(
    private readonly runners: Pick<Runners, 'for'>,
    private readonly tail: Tail,
    private readonly clock: Clock,
    width: number,
  ) {
    this.#free = width;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  async perform(performing: Performing, cut: AbortController): Promise<Outcome> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await this.#attempt(performing, cut);
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free++;
    }
  }

  async #attempt(
    { request, timeoutMs, step, attempt, conversation }: Performing,
    cut: AbortController,
  ): Promise<Outcome> {
    if (cut.signal.aborted) return aborted(cut.signal, timeoutMs);
    const startedAt = this.clock.now();
    const forgetTimeout = this.clock.after(timeoutMs, () => cut.abort('timeout' satisfies CutReason));
    let offset = 0;
    const delta = (text: string): void => {
      const { executionId, agent } = request;
      this.tail.delta(executionId, { step, agentId: agent.id, attempt, offset, text });
      offset += text.length;
    };
    try {
      const runner = this.runners.for(request.agent);
      const answer = await this.#untilCut(cut.signal, () =>
        this.#run(() => runner.run(request, { delta }, cut.signal, conversation), cut.signal),
      );
      const seconds = (this.clock.now() - startedAt) / 1_000;
      return { ok: true, output: outputOf(answer.text, seconds, answer.data), usage: answer.usage };
    } catch (failure) {
      if (cut.signal.aborted) return aborted(cut.signal, timeoutMs, failure);
      return failed(failure);
    } finally {
      forgetTimeout();
    }
  }

  /** The runner's own promise, or its failure at the latest `ABORT_GRACE_MS` after the signal: nobody waits for an agent that ignores it. */
  #untilCut<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => this.clock.after(ABORT_GRACE_MS, () => reject(signal.reason)), {
        once: true,
      });
      run().then(resolve, reject);
    });
  }

  /** What a runner reads before it calls anybody (its keys) may be away: that is no fault of the agent, so it waits. */
  async #run<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await run();
      } catch (failure) {
        if (!(failure instanceof DatabaseUnavailable) || signal.aborted) throw failure;
        await this.#pause(signal);
      }
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = this.clock.after(AWAY_PAUSE_MS, resolve);
      const goOn = (): void => {
        takeBack();
        resolve();
      };
      signal.addEventListener('abort', goOn, { once: true });
    });
  }
}

function aborted(signal: AbortSignal, timeoutMs: number, failure?: unknown): Outcome {
  const usage = failure instanceof RunnerFailure ? failure.usage : null;
  const error =
    signal.reason === 'timeout'
      ? { code: 'timeout', message: `The agent gave no answer within ${timeoutMs / 1_000} s.` }
      : { code: 'step.cancelled', message: 'The step was cancelled.' };
  return { ok: false, error, usage, retryAfterMs: 0 };
}

function failed(failure: unknown): Outcome {
  if (failure instanceof RunnerFailure) {
    const { error, usage, retryAfterMs } = failure;
    return { ok: false, error, usage, retryAfterMs };
  }
  // Rooms that a runner asks say no in their own words, which are fit to be read.
  if (failure instanceof AppError) {
    const { code, message } = failure;
    return { ok: false, error: { code, message }, usage: null, retryAfterMs: 0 };
  }
  const error = { code: 'runner.broken', message: 'The runner of this agent failed unexpectedly; see the server log.' };
  return { ok: false, error, usage: null, retryAfterMs: 0 };
}
