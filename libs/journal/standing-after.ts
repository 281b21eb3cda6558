import type { JournalEvent } from '#libs/workflow/index.js';
import type { ExecutionRow } from './journal.js';

export type Standing = Pick<ExecutionRow, 'status' | 'startedAt' | 'finishedAt'>;

export const ACCEPTED: Standing = { status: 'pending', startedAt: null, finishedAt: null };

/** What the row of an execution says after these events: as `fold` sees it, without the steps. The same object if unchanged. */
export function standingAfter(standing: Standing, events: readonly JournalEvent[]): Standing {
  return events.reduce(after, standing);
}

function after(standing: Standing, { body, at }: JournalEvent): Standing {
  if (standing.finishedAt !== null) return standing;
  if (body.kind === 'execution-finished') return { ...standing, status: body.status, finishedAt: at };
  const begins = body.kind === 'step-started' || body.kind === 'approval-requested';
  if (begins && standing.status === 'pending') return { ...standing, status: 'running', startedAt: at };
  return standing;
}
