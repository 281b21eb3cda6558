import { Injectable } from '@nestjs/common';
import { Clock, RecentMap } from '#libs/kernel/index.js';
import { Counters, type NamedQuota } from './counters.js';
import { type Hit, hit, type Window } from './sliding-window.js';

/** Keys of one quota that are remembered at least; at most twice as many. A window is about a hundred bytes. */
const MOST_KEYS = 50_000;

/** Counters in the memory of the one process there is. */
@Injectable()
export class ProcessCounters extends Counters {
  readonly #windows = new Map<string, RecentMap<Window>>();

  constructor(private readonly clock: Clock) {
    super();
  }

  hit(quota: NamedQuota, key: string): Hit {
    const now = this.clock.now();
    const windows = this.#of(quota.name);
    let window = windows.get(key);
    if (!window) {
      window = { startedAt: now, hits: 0, before: 0 };
      windows.set(key, window);
    }
    return hit(window, quota, now);
  }

  /** How many keys are remembered. */
  get count(): number {
    return [...this.#windows.values()].reduce((sum, { size }) => sum + size, 0);
  }

  #of(name: string): RecentMap<Window> {
    const known = this.#windows.get(name);
    if (known) return known;
    const made = new RecentMap<Window>(MOST_KEYS);
    this.#windows.set(name, made);
    return made;
  }
}
