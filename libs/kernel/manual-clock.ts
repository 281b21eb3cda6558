import { Clock } from './clock.js';

/** A clock that only a test moves: `advance` rings everything that falls due, in order of its time. */
export class ManualClock extends Clock {
  #now: number;
  #timers: { at: number; ring: () => void }[] = [];

  constructor(now = Date.UTC(2026, 0, 1)) {
    super();
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, ring: () => void): () => void {
    const timer = { at: this.#now + delayMs, ring };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  get waiting(): number {
    return this.#timers.length;
  }

  advance(byMs: number): void {
    const until = this.#now + byMs;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.ring();
    }
    this.#now = until;
  }
}
