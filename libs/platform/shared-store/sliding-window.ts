// Invariant: whoever begins after a pause gets exactly the quota in the first window, and over n windows in a row never
// more than n + 1 quotas; whoever waits as long as it is told is admitted. Three numbers a key, and no list of hits.

/** So many hits of one key in so long. */
export interface Quota {
  readonly hits: number;
  readonly windowMs: number;
}

/** The window a key is in, which began with its first hit. */
export interface Window {
  startedAt: number;
  /** Admitted in this one, and in the one before it. */
  hits: number;
  before: number;
}

export interface Hit {
  /** 0: this hit counts; else how long until the next one would. */
  readonly waitMs: number;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetMs: number;
}

/**
 * Counts one hit, in place. What the window before still weighs shrinks with the time since it ended, so that nobody
 * gets two quotas at once by waiting for the moment between two windows.
 */
export function hit(window: Window, { hits: quota, windowMs }: Quota, now: number): Hit {
  turn(window, windowMs, now);
  const sinceMs = now - window.startedAt;
  const used = window.hits + Math.floor(window.before * (1 - sinceMs / windowMs));
  const resetMs = windowMs - sinceMs;
  if (used >= quota) return { waitMs: waitMs(window, quota, windowMs) - sinceMs, remaining: 0, resetMs };
  window.hits += 1;
  return { waitMs: 0, remaining: quota - used - 1, resetMs };
}

function turn(window: Window, windowMs: number, now: number): void {
  // A clock that was set back must not hold anybody up until it has caught up.
  if (now < window.startedAt) window.startedAt = now;
  const passed = Math.floor((now - window.startedAt) / windowMs);
  if (passed === 0) return;
  window.before = passed === 1 ? window.hits : 0;
  window.hits = 0;
  // After a pause a new window begins with this hit.
  window.startedAt = passed === 1 ? window.startedAt + windowMs : now;
}

/** From the beginning of the window to the first whole millisecond in which another hit fits. */
function waitMs({ hits, before }: Window, quota: number, windowMs: number): number {
  const room = quota - hits;
  if (room <= 0) return windowMs + 1;
  return Math.floor(windowMs * (1 - room / before)) + 1;
}
