import type { Hit, Quota } from './sliding-window.js';

/** A quota under a name of its own: the same key counts apart in each. */
export interface NamedQuota extends Quota {
  readonly name: string;
}

/**
 * Counters that may be forgotten: a restart or an emptied Redis gives everybody a new quota and harms nobody. Where one
 * process owns everything they live in its memory, because a disk would make every request wait for it; where several
 * share the work, each `hit` is one round trip.
 */
export abstract class Counters {
  /** Counts one hit if its quota has room, so that whoever is refused is not refused for longer by asking. */
  abstract hit(quota: NamedQuota, key: string): Hit | Promise<Hit>;
}
