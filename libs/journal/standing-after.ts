import type { EventKind, JournalEvent } from '#libs/workflow/index.js';
import type { ExecutionRow } from './journal.js';

export type Standing = Pick<ExecutionRow, 'status' | 'startedAt' | 'finishedAt'>;

export const ACCEPTED: Standing = { status: 'pending', startedAt: null, finishedAt: null };

/** What the row of an execution says after these events: as `fold` sees it, without the steps. The same object if unchanged. */
export function standingAfter(standing: Standing, events: readonly JournalEvent[]): Standing {
  return events.reduce(after, standing);
}

const BEGINS: ReadonlySet<EventKind> = new Set(['step-started', 'approval-requested', 'step-adopted']);

function after(standing: Standing, { body, at }: JournalEvent): Standing {
  if (standing.finishedAt !== null) return standing;
  if (body.kind === 'execution-finished') return { ...standing, status: body.status, finishedAt: at };
  if (BEGINS.has(body.kind) && standing.status === 'pending') return { ...standing, status: 'running', startedAt: at };
  return standing;
}
