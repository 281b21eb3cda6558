/** The only source of time and of timers, so that tests can move both. Instants are milliseconds since 1970 (UTC). */
export abstract class Clock {
  abstract now(): number;

  /** Calls `ring` once, `delayMs` from now. The returned function takes the timer back; calling it twice is harmless. */
  abstract after(delayMs: number, ring: () => void): () => void;
}

/** What a timer of the process can wait; told to wait longer, it rings at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Timers that are waiting do not keep the process alive. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  after(delayMs: number, ring: () => void): () => void {
    if (delayMs > LONGEST_TIMER_MS) return this.#afterLong(delayMs, ring);
    const timer = setTimeout(ring, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  #afterLong(delayMs: number, ring: () => void): () => void {
    let takeBack = this.after(LONGEST_TIMER_MS, () => {
      takeBack = this.after(delayMs - LONGEST_TIMER_MS, ring);
    });
    return () => takeBack();
  }
}
