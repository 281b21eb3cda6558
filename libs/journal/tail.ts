import type { JournalEvent, StepId } from '#libs/workflow/index.js';

/** A piece of text of a step that is running: never stored, lost on purpose. `offset` in characters of the attempt's text. */
export interface Delta {
  readonly step: StepId;
  readonly agentId: string;
  readonly attempt: number;
  readonly offset: number;
  readonly text: string;
}

export interface Follower {
  /** Called after the commit, in order of `seq`; a gap is possible and is read from the journal. */
  events(events: readonly JournalEvent[]): void;
  delta?(delta: Delta): void;
}

/** Who follows every execution: counters. Must not throw and must not wait. */
export type Observer = (executionId: string, events: readonly JournalEvent[]) => void;

/**
 * What was just committed in this process, for those who watch. A hint: whoever must not miss anything reads the
 * journal from the last number seen. Publishing to nobody costs a map look-up.
 */
export class Tail {
  readonly #followers = new Map<string, Set<Follower>>();
  readonly #observers: Observer[] = [];

  publish(executionId: string, events: readonly JournalEvent[]): void {
    for (const observer of this.#observers) observer(executionId, events);
    const followers = this.#followers.get(executionId);
    if (followers) for (const follower of followers) follower.events(events);
  }

  delta(executionId: string, delta: Delta): void {
    const followers = this.#followers.get(executionId);
    if (followers) for (const follower of followers) follower.delta?.(delta);
  }

  /** Whether anybody watches: deltas for nobody need not be made. */
  isFollowed(executionId: string): boolean {
    return this.#followers.has(executionId);
  }

  /** The returned function ends it; calling it twice is harmless. */
  follow(executionId: string, follower: Follower): () => void {
    const followers = this.#followers.get(executionId) ?? new Set<Follower>();
    this.#followers.set(executionId, followers.add(follower));
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#followers.get(executionId) === followers) this.#followers.delete(executionId);
    };
  }

  observe(observer: Observer): void {
    this.#observers.push(observer);
  }
}
