import type { Clock } from '#libs/kernel/index.js';
import type { Authenticator, Credential } from '#libs/platform/http/index.js';

/** A token is refused everywhere within a second of its end, on what it opened before as well. */
const LOOK_EVERY_MS = 1_000;

/** A stream or a socket. */
export interface Open {
  once(event: 'close', done: () => void): unknown;
  destroy(): void;
}

/** Everything that is open, with what its caller showed. Whoever would not be let in any more is cut off. */
export class OpenStreams<T extends Open = Open> {
  readonly #shown = new Map<T, Credential>();
  #forgetLook: (() => void) | null = null;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.#shown.size;
  }

  all(): readonly T[] {
    return [...this.#shown.keys()];
  }

  add(stream: T, shown: Credential): void {
    this.#shown.set(stream, shown);
    stream.once('close', () => this.#remove(stream));
    this.#forgetLook ??= this.#lookLater();
  }

  #remove(stream: T): void {
    this.#shown.delete(stream);
    if (this.#shown.size > 0) return;
    this.#forgetLook?.();
    this.#forgetLook = null;
  }

  #lookLater(): () => void {
    return this.clock.after(LOOK_EVERY_MS, () => {
      this.#forgetLook = this.#lookLater();
      for (const [stream, shown] of this.#shown) this.#look(stream, shown);
    });
  }

  #look(stream: T, shown: Credential): void {
    const actor = this.authenticator.authenticate(shown);
    // Nobody can be asked: the next look decides. Without the records there is nothing new to be seen either.
    if (actor instanceof Promise) actor.then((found) => found ?? stream.destroy()).catch(() => undefined);
    else if (!actor) stream.destroy();
  }
}
