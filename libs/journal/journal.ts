import type { Write } from '#libs/platform/database/index.js';
import type { JournalEvent, Note } from '#libs/workflow/index.js';

/** One row per execution beside its events: only what lists, limits and ownership ask for. */
export interface ExecutionRow {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface NewExecution {
  readonly id: string;
  readonly userId: string;
  readonly teamId: string;
  /** The process that will advance it at once; null: whoever claims it first. */
  readonly owner: string | null;
}

export interface Claim {
  readonly execution: ExecutionRow;
  /** The number of this ownership, higher than any before: what an older owner appends is refused. */
  readonly epoch: number;
  readonly events: readonly JournalEvent[];
}

export interface ExecutionFilter {
  readonly teamId?: string;
  /** Only these; absent: all. */
  readonly statuses?: readonly ExecutionRow['status'][];
  readonly limit: number;
  readonly offset: number;
}

/**
 * The append-only record of every execution: the only truth about a run. Two adapters keep it (SQLite file or memory;
 * PostgreSQL), one contract suite holds both to these promises. Bodies above 8 KiB are stored once per execution and
 * hash, in the transaction of their event; readers never see the difference. The row's columns (`status`, `startedAt`,
 * `finishedAt`, owner, wake time) follow from the appended events, are written in the same transaction, and only when
 * they change. `also` is what other rooms write about the same thing: if it happens, and with it. Promises resolve after
 * the commit, never before.
 */
export abstract class Journal {
  /** From now on `owner` counts as alive, until `leave` or the death of this process. Twice is harmless. */
  abstract join(owner: string): Promise<void>;

  /** `owner` lives no more, and what it owns is free to be taken. */
  abstract leave(owner: string): Promise<void>;

  /**
   * Accepts an execution with its first events, owned by `owner` at epoch 1 (without an owner at epoch 0). Counts the user's open executions inside
   * the transaction, but for those that wait for people: at `openLimit` it throws `OpenLimitReached`; for an id that
   * exists already `AlreadyBegun`.
   */
  abstract begin(
    execution: NewExecution,
    events: readonly JournalEvent[],
    openLimit: number,
    also?: readonly Write[],
  ): Promise<void>;

  /**
   * The owner's append: all events or none. Their numbers go on from the last one the owner has seen; if somebody
   * appended in between it throws `SeqTaken` (read the tail, decide again); if `epoch` is no longer the owner's,
   * `OwnershipLost`. An `execution-finished` among them ends the ownership.
   */
  abstract decide(id: string, epoch: number, events: readonly JournalEvent[], also?: readonly Write[]): Promise<void>;

  /**
   * Everybody's append: gets the next number, whoever owns the execution. Null when the execution is unknown, or
   * finished and the note is not a cost (a cost is kept even then). A released execution becomes unattended at once.
   */
  abstract note(id: string, note: Note, at: number, also?: readonly Write[]): Promise<JournalEvent<Note> | null>;

  /**
   * Takes an open execution that nobody owns, or whose owner is no longer alive: epoch + 1, wake time cleared. Null
   * when it is finished, unknown, or owned by a living process, this one included.
   */
  abstract claim(id: string, owner: string): Promise<Claim | null>;

  /** What `owner` owns by now, be it that the answer to its begin or claim was lost. Changes nothing. Null: it is not his. */
  abstract owned(id: string, owner: string): Promise<Claim | null>;

  /**
   * Lets go until `wakeAt` (null: until a note comes). False, and nothing happens, when `seq` is no longer the last event;
   * if `epoch` is not the owner's (any more, or because this was done already), it throws `OwnershipLost`. What
   * waits for people counts against no limit of its user, until it is claimed again.
   */
  abstract release(
    id: string,
    seq: number,
    epoch: number,
    wakeAt: number | null,
    waitsForPeople?: boolean,
  ): Promise<boolean>;

  /** Open executions that somebody must look at: unowned and due at `now`, or owned by a dead process. Oldest first. */
  abstract unattended(owner: string, now: number, limit: number): Promise<readonly string[]>;

  /** The earliest wake time of the released ones; null: none has one. */
  abstract nextWake(): Promise<number | null>;

  /** All events after `afterSeq`, in order; empty for an unknown execution. */
  abstract events(id: string, afterSeq?: number): Promise<readonly JournalEvent[]>;

  /** Public events after `afterPublicSeq`, in order, at most `limit`. */
  abstract publicEvents(id: string, afterPublicSeq: number, limit: number): Promise<readonly JournalEvent[]>;

  abstract find(id: string): Promise<ExecutionRow | null>;

  /** A user's executions, newest first. */
  abstract list(userId: string, filter: ExecutionFilter): Promise<readonly ExecutionRow[]>;

  /** Ids of a team's open executions. */
  abstract openOf(teamId: string): Promise<readonly string[]>;

  /** Open executions of everyone: the depth of the queue. */
  abstract openCount(): Promise<number>;

  /** Removes a finished execution with its events and payloads; false when it is unknown or still open. */
  abstract remove(id: string, also?: readonly Write[]): Promise<boolean>;
}
