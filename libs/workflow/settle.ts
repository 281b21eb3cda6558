import type { Decision, StepReport } from './events.js';
import type { PlanNode, RetryPolicy } from './plan.js';
import { isRetryable, retryAt } from './retry.js';

/** Consultations are asked once: the asking agent decides what a failure means. */
const ONCE: RetryPolicy = { attempts: 1, firstMs: 0, factor: 1, capMs: 0, on: [] };

/** What the report of a performance makes of its step: success, another attempt at a time, or failure. */
export function settle(report: StepReport, node: PlanNode | undefined, now: number, jitter: number): Decision {
  const { step, attempt, epoch, outcome } = report;
  if (outcome.ok) {
    return { kind: 'step-succeeded', step, attempt, epoch, output: outcome.output, usage: outcome.usage };
  }
  const { error, usage, retryAfterMs } = outcome;
  const policy = node?.retry ?? ONCE;
  const again = isRetryable(policy, error.code) ? retryAt(policy, attempt, now, jitter, retryAfterMs) : null;
  if (again === null) return { kind: 'step-failed', step, attempt, epoch, error, usage };
  return { kind: 'step-retrying', step, attempt, epoch, error, retryAt: again, usage };
}
