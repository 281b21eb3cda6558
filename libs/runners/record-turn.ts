import type { ToolResult, Turn, Usage } from '#libs/workflow/index.js';
import { type Conversation, wasAborted } from './agent-runner.js';

/** As `record`, but whoever waits for an answer of somebody else is let go when `signal` aborts, and not before. */
export function recordTurn(
  conversation: Conversation,
  turn: Turn,
  usage: Usage | null,
  signal: AbortSignal,
): Promise<readonly ToolResult[]> {
  return new Promise((resolve, reject) => {
    // What was not recorded is still to be told of.
    if (signal.aborted) return reject(wasAborted(usage));
    const abort = (): void => reject(wasAborted());
    signal.addEventListener('abort', abort, { once: true });
    conversation
      .record(turn, usage)
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject);
  });
}
