import type { Decision, StepReport } from './events.js';
import type { PlanNode } from './plan.js';
import { isRetryable, retryAt } from './retry.js';

/** What the report of a performance makes of its step: success, another attempt at a time, or failure. */
export function settle(report: StepReport, node: PlanNode | undefined, now: number, jitter: number): Decision {
  const { step, attempt, epoch, outcome } = report;
  if (outcome.ok) {
    return { kind: 'step-succeeded', step, attempt, epoch, output: outcome.output, usage: outcome.usage };
  }
  const { error, usage, retryAfterMs } = outcome;
  // A question belongs to no node and is put once: its asker decides what a failure means.
  const policy = node && isRetryable(node.retry, error.code) ? node.retry : null;
  const again = policy && retryAt(policy, attempt, now, jitter, retryAfterMs);
  if (again === null) return { kind: 'step-failed', step, attempt, epoch, error, usage };
  return { kind: 'step-retrying', step, attempt, epoch, error, retryAt: again, usage };
}
