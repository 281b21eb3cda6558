import { approvalWrites } from '#libs/collaboration/index.js';
import type { Write } from '#libs/platform/database/index.js';
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

export interface First {
  /** What the execution adopts and its first starts are fused into its first append. */
  readonly events: readonly JournalEvent[];
  readonly state: State;
  /** What other rooms write with it. */
  readonly writes: readonly Write[];
}

/** How an execution begins. */
export function beginning(
  started: ExecutionStarted,
  now: number,
  jitter: number,
  adopted: readonly Decision[] = [],
): First {
  const first = numbered(UNBORN, started, now);
  const next = advance(fold(UNBORN, first), [], now, jitter, { first: adopted });
  const events = [first, ...next.events];
  return { events, state: next.state, writes: approvalWrites(UNBORN, next.state, events) };
}
