/** The only source of time and of timers, so that tests can move both. Instants are milliseconds since 1970 (UTC). */
export abstract class Clock {
  abstract now(): number;

  /** Calls `ring` once, `delayMs` from now. The returned function takes the timer back; calling it twice is harmless. */
  abstract after(delayMs: number, ring: () => void): () => void;
}

/** Timers that are waiting do not keep the process alive. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  after(delayMs: number, ring: () => void): () => void {
    const timer = setTimeout(ring, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }
}
