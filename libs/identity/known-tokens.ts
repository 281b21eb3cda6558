import type { ActorRef } from '#libs/kernel/index.js';

interface Known {
  readonly actor: ActorRef;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/**
 * Tokens that were verified lately, by their hash. Two generations instead of a list in order of use: when the young one
 * is full it becomes the old one, and what nobody asked for in between is gone. At most twice `most` entries.
 */
export class KnownTokens {
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();
  #revocations = 0;

  constructor(private readonly most = 5_000) {}

  find(hash: string, now: number): ActorRef | null {
    const known = this.#young.get(hash) ?? this.#revived(hash);
    return known && known.expiresAt > now ? known.actor : null;
  }

  add(hash: string, known: Known): void {
    if (this.#young.size >= this.most) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(hash, known);
  }

  forgetSession(id: string): void {
    this.#forget(({ sessionId }) => sessionId === id);
  }

  forgetUser(id: string): void {
    this.#forget(({ actor }) => actor.id === id);
  }

  /** Grows with every session or person that is forgotten: who looked somebody up meanwhile must not remember it. */
  get revocations(): number {
    return this.#revocations;
  }

  get count(): number {
    return this.#young.size + this.#old.size;
  }

  #revived(hash: string): Known | undefined {
    const known = this.#old.get(hash);
    if (!known) return undefined;
    this.#old.delete(hash);
    this.add(hash, known);
    return known;
  }

  #forget(is: (known: Known) => boolean): void {
    this.#revocations += 1;
    for (const generation of [this.#young, this.#old]) {
      for (const [hash, known] of generation) if (is(known)) generation.delete(hash);
    }
  }
}
