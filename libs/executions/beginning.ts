import {
  advance,
  type ExecutionStarted,
  fold,
  type JournalEvent,
  numbered,
  type State,
  UNBORN,
} from '#libs/workflow/index.js';

/** The first append of an execution, its first starts fused into it, and the state it makes. */
export function beginning(
  started: ExecutionStarted,
  now: number,
  jitter: number,
): { readonly events: readonly JournalEvent[]; readonly state: State } {
  const first = numbered(UNBORN, started, now);
  const next = advance(fold(UNBORN, first), [], now, jitter);
  return { events: [first, ...next.events], state: next.state };
}
