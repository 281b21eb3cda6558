/** Where lines go: standard output, or a list in a test. */
export interface Lines {
  write(line: string): void;
}

/**
 * Holds back every line until the server listens, because the first line of standard output is a promise that programs
 * read: `renum listening on http://HOST:PORT pid PID`.
 */
export class HeldLines implements Lines {
  #held: string[] | null = [];

  constructor(private readonly to: Lines) {}

  write(line: string): void {
    if (this.#held) this.#held.push(line);
    else this.to.write(line);
  }

  /** `first` goes before everything that was held. Without it (the start failed) only the held lines are let go. */
  release(first = ''): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const line of first === '' ? held : [first, ...held]) this.to.write(line);
  }
}
