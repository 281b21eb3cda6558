import type { JournalEvent } from '../events.js';
import { fold, UNBORN } from '../fold.js';
import type { State } from '../state.js';

/** An event between the states it led from and to. */
export interface Told {
  readonly event: JournalEvent;
  readonly before: State;
  readonly after: State;
}

export function history(journal: readonly JournalEvent[]): readonly Told[] {
  let state = UNBORN;
  return journal.map((event) => {
    const before = state;
    state = fold(before, event);
    return { event, before, after: state };
  });
}
