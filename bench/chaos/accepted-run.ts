/** A run whose acceptance was answered. */
export interface AcceptedRun {
  readonly id: string;
  readonly team: string;
  /** What it is to end as, and what it would end as if it were run again, when nobody interferes. */
  readonly ends: string;
  readonly endsAgain: string;
  /** A stop was asked for, and the answer was that it will be. */
  stopped: boolean;
  /** As its last event said; null: not over yet. */
  status: string | null;
  /** The instants of its public events, in their order, as a watcher was shown them. */
  shownAt: readonly number[];
}
