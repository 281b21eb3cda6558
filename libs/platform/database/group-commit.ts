import type { Sql } from './statements.js';
import { told, type Writer } from './writer.js';

export interface SyncEntry {
  readonly kind: 'sync';
  readonly savepoint: boolean;
  /** Runs the unit and returns how to tell its caller, once the batch is committed. */
  readonly unit: (sql: Sql) => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Invariant: a caller is answered only after COMMIT; what a refused unit wrote never stays; and a batch that cannot
 * commit leaves nothing and is refused to every caller. A unit that throws after its first write without a savepoint
 * costs its neighbours a second run: the batch is rolled back and the others run again, each behind a savepoint.
 */
export function commitTogether(writer: Writer, batch: readonly SyncEntry[]): void {
  let answers: readonly (() => void)[];
  try {
    writer.begin();
    answers = runAll(writer, batch);
    writer.commit();
  } catch (error) {
    writer.rollback();
    const reason = told(error);
    for (const entry of batch) entry.reject(reason);
    return;
  }
  for (const answer of answers) answer();
}

function runAll(writer: Writer, batch: readonly SyncEntry[]): readonly (() => void)[] {
  const answers: (() => void)[] = [];
  for (const entry of batch) {
    const before = writer.changes;
    if (entry.savepoint) writer.mark();
    try {
      answers.push(entry.unit(writer.sql));
      if (entry.savepoint) writer.keep();
    } catch (error) {
      // A full disk ends the transaction of everybody; nobody's unit can go on in it.
      if (!writer.inTransaction) throw error;
      if (entry.savepoint) writer.backToMark();
      else if (writer.changes !== before)
        return [...runAgainWithout(writer, batch, entry), () => entry.reject(told(error))];
      answers.push(() => entry.reject(told(error)));
    }
  }
  return answers;
}

function runAgainWithout(writer: Writer, batch: readonly SyncEntry[], culprit: SyncEntry): readonly (() => void)[] {
  writer.rollback();
  writer.begin();
  return runAll(
    writer,
    batch.filter((entry) => entry !== culprit).map((entry) => ({ ...entry, savepoint: true })),
  );
}
