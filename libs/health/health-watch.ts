import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import { type Finding, type Observation, settle } from './core/verdict.js';
import type { Dependency } from './dependency.js';

/** What there is to watch, in the order in which it is shown. The apps wire it. */
export class Dependencies {
  constructor(readonly all: readonly Dependency[]) {}
}

/**
 * Looks at every dependency in the background, each at its own pace and with its own timeout. Probes read what was seen
 * last and never wait: one that hangs is looked at by one pending call only and makes nothing else late.
 */
@Injectable()
export class HealthWatch implements OnApplicationShutdown {
  readonly #log = new Logger('health');
  readonly #seen = new Map<string, Observation>();
  readonly #timers = new Map<Dependency, () => void>();
  #stopped = false;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly clock: Clock,
  ) {}

  /** What stands now, in the order in which the dependencies were wired. */
  get observations(): readonly Observation[] {
    return this.dependencies.all.flatMap(({ name }) => this.#seen.get(name) ?? []);
  }

  /** Resolves when each was looked at once (or gave no answer in time); from then on they are looked at for ever. */
  async start(): Promise<void> {
    await Promise.all(this.dependencies.all.map((dependency) => this.#look(dependency)));
  }

  onApplicationShutdown(): void {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  async #look(dependency: Dependency): Promise<void> {
    const since = this.clock.now();
    const abort = new AbortController();
    const answer = ask(dependency, abort.signal);
    const finding = await this.#inTime(dependency, answer, abort);
    const now = this.clock.now();
    this.#note(settle(dependency, this.#seen.get(dependency.name) ?? null, finding, { now, durationMs: now - since }));
    // Not before the answer of a call that hangs: a second one would only hang beside it.
    void answer.finally(() => this.#lookAgain(dependency));
  }

  #lookAgain(dependency: Dependency): void {
    if (this.#stopped) return;
    const cancel = this.clock.after(dependency.intervalMs, () => void this.#look(dependency));
    this.#timers.set(dependency, cancel);
  }

  #inTime(dependency: Dependency, answer: Promise<Finding>, abort: AbortController): Promise<Finding> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(dependency.timeoutMs, () => {
        abort.abort();
        resolve(down(`It gave no answer within ${dependency.timeoutMs} ms.`));
      });
      void answer.then((finding) => {
        cancel();
        resolve(finding);
      });
    });
  }

  #note(observation: Observation): void {
    const before = this.#seen.get(observation.name);
    this.#seen.set(observation.name, observation);
    const { name, verdict } = observation;
    if (before?.verdict.status === verdict.status || (!before && verdict.status === 'up')) return;
    if (verdict.status === 'up') this.#log.log(`${name} is up again`);
    else this.#log.warn(`${name} is ${verdict.status}: ${verdict.because}`);
  }
}

/** Never rejects. */
async function ask(dependency: Dependency, signal: AbortSignal): Promise<Finding> {
  try {
    return await dependency.check(signal);
  } catch (error) {
    return down(error instanceof Error ? error.message : String(error));
  }
}

function down(because: string): Finding {
  const impact = 'Whatever needs it fails until it is back.';
  const fix = ['Look into the log of this server for the reason.'];
  return { verdict: { status: 'down', because, impact, fix }, found: null, evidence: {} };
}
