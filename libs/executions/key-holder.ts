import type { KeyHolder } from '#libs/providers/index.js';
import type { ExecutionStarted } from '#libs/workflow/index.js';

/** Keys that were sent with an execution belong to it alone. */
export function executionHolder({ executionId: id, userId }: ExecutionStarted): KeyHolder {
  return { kind: 'execution', id, userId };
}
