/**
 * A map that forgets what nobody asked for lately. Two generations instead of a list in order of use: when the young one
 * is full it becomes the old one, and what nobody asked for in between is gone. A hit costs one look and moves nothing.
 */
export class RecentMap<V> {
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** The last `most` keys are always there; never more than twice as many. */
  constructor(private readonly most: number) {}

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#revived(key);
  }

  set(key: string, value: V): void {
    this.#old.delete(key);
    if (this.#young.size >= this.most && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Deletes every value that is so. Looks at all of them. */
  deleteWhere(is: (value: V) => boolean): void {
    for (const generation of [this.#young, this.#old]) {
      for (const [key, value] of generation) if (is(value)) generation.delete(key);
    }
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #revived(key: string): V | undefined {
    const value = this.#old.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }
}
