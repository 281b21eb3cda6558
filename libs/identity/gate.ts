/** Lets `width` works run at once and `patience` wait; whoever comes then is turned away at once. */
export class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly width: number,
    private readonly patience: number,
    private readonly turnAway: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.width) await this.#turn();
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.patience) throw this.turnAway();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place is handed on, never free in between, so that nobody overtakes. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
