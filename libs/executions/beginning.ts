import {
  advance,
  type Decision,
  type ExecutionStarted,
  fold,
  type JournalEvent,
  numbered,
  type State,
  UNBORN,
} from '#libs/workflow/index.js';

/** The first append of an execution: what it adopts and its first starts are fused into it; and the state it makes. */
export function beginning(
  started: ExecutionStarted,
  now: number,
  jitter: number,
  adopted: readonly Decision[] = [],
): { readonly events: readonly JournalEvent[]; readonly state: State } {
  const first = numbered(UNBORN, started, now);
  const next = advance(fold(UNBORN, first), [], now, jitter, { first: adopted });
  return { events: [first, ...next.events], state: next.state };
}
