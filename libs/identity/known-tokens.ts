import { type ActorRef, RecentMap } from '#libs/kernel/index.js';

interface Known {
  readonly actor: ActorRef;
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Tokens that were verified lately, by their hash. At most twice `most` of them. */
export class KnownTokens {
  readonly #known: RecentMap<Known>;
  #revocations = 0;

  constructor(most = 5_000) {
    this.#known = new RecentMap(most);
  }

  find(hash: string, now: number): ActorRef | null {
    const known = this.#known.get(hash);
    return known && known.expiresAt > now ? known.actor : null;
  }

  add(hash: string, known: Known): void {
    this.#known.set(hash, known);
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
    return this.#known.size;
  }

  #forget(is: (known: Known) => boolean): void {
    this.#revocations += 1;
    this.#known.deleteWhere(is);
  }
}
