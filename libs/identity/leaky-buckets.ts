/** `capacity` drops at once, then one every `leakMs`. */
export interface BucketSize {
  readonly capacity: number;
  readonly leakMs: number;
}

interface Bucket {
  readonly level: number;
  readonly at: number;
}

/**
 * One bucket for each name, at most `most` of them; the one unused for longest is forgotten first. A full bucket empties
 * by itself: it slows down and never locks out.
 */
export class LeakyBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly size: BucketSize,
    private readonly most = 10_000,
  ) {}

  /** Milliseconds until there is room for one more; 0 if there is. */
  waitMs(name: string, now: number): number {
    const level = this.#level(name, now);
    return Math.max(0, Math.ceil((level - this.size.capacity + 1) * this.size.leakMs));
  }

  add(name: string, now: number): void {
    const level = this.#level(name, now) + 1;
    this.#buckets.delete(name);
    this.#buckets.set(name, { level, at: now });
    if (this.#buckets.size <= this.most) return;
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }

  /** Gives one back that should not have counted. */
  takeBack(name: string, now: number): void {
    const level = this.#level(name, now) - 1;
    if (level <= 0) this.#buckets.delete(name);
    else this.#buckets.set(name, { level, at: now });
  }

  empty(name: string): void {
    this.#buckets.delete(name);
  }

  get count(): number {
    return this.#buckets.size;
  }

  #level(name: string, now: number): number {
    const bucket = this.#buckets.get(name);
    return bucket ? Math.max(0, bucket.level - (now - bucket.at) / this.size.leakMs) : 0;
  }
}
