import type { EventKind, JournalEvent } from '#libs/workflow/index.js';

/** Counts what happened in a run that is judged, so that nobody takes silence for a proof. */
export function tally(events: readonly JournalEvent[], counts: Map<string, number>): void {
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const { body } of events) {
    const name = NAMES[body.kind];
    if (name) count(name);
    if (body.kind === 'tool-failed') count(body.error.code);
    if (body.kind === 'approval-decided') count(body.by === null ? 'times that ran out' : 'words of people');
    if (body.kind === 'execution-started' && body.parent) count(`made by ${body.parent.how}`);
  }
}

const NAMES: Partial<Record<EventKind, string>> = {
  'execution-taken': 'runs taken over',
  'step-interrupted': 'steps interrupted',
  'turn-recorded': 'turns on record',
  'context-changed': 'changes of the context',
  'message-sent': 'messages',
  'step-added': 'questions',
  'approval-requested': 'approvals asked for',
  'loop-back': 'rounds of loops',
  'step-adopted': 'steps taken over',
  'execution-finished': 'runs',
};
