import { RecentMap } from '#libs/kernel/index.js';
import type { UnitOfWork } from './unit-of-work.js';

/** What was read, and about how many characters it holds. */
export interface Reading<V> {
  readonly value: V;
  readonly size: number;
}

const MOST = 250;
/** What is larger is read every time: memory stays within bounds whatever people keep. */
const LARGEST = 32 * 1024;

/**
 * What was read and is still so, for rows that only units of TypeORM calls write. Invariant: what it hands out is what
 * the database would answer now. The next such unit that ends, however it ends, empties it, before anybody is told of
 * it; where other processes write as well nothing is remembered. Everybody is handed the same value: nobody changes it.
 */
export class Remembered<V> {
  #known = new RecentMap<V>(MOST);
  #edition: number | null = null;

  constructor(private readonly work: Pick<UnitOfWork, 'edition'>) {}

  /** `key` says everything that the answer depends on. What is not there is asked for again every time. */
  async get(key: string, read: () => Promise<Reading<V> | null>): Promise<V | null> {
    const { edition } = this.work;
    if (edition !== this.#edition) this.#forgetAll(edition);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = await read();
    if (!found) return null;
    const isStillSo = edition !== null && edition === this.work.edition;
    if (isStillSo && found.size <= LARGEST) this.#known.set(key, found.value);
    return found.value;
  }

  #forgetAll(edition: number | null): void {
    this.#known = new RecentMap(MOST);
    this.#edition = edition;
  }
}
