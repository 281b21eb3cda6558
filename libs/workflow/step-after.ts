import type { EventBody } from './events.js';
import { isSettled, type Step, type StepFacts } from './state.js';

/** What moves a step that is there already. */
export type StepEvent = Exclude<Extract<EventBody, { step: string }>, { kind: 'step-added' | 'cost-recorded' }>;

/** The step after the event, or null where the event does not fit it. */
export function stepAfter(step: Step, body: StepEvent, at: number): Step | null {
  if (isSettled(step)) return null;
  const facts = factsOf(step);
  const attempt = step.is === 'waiting' ? 0 : step.attempt;
  const startedAt = step.is === 'waiting' ? at : step.startedAt;
  switch (body.kind) {
    case 'step-started': {
      const mayBegin = step.is === 'waiting' || (step.is === 'parked' && step.why === 'retry');
      if (!mayBegin || body.attempt !== attempt + 1) return null;
      return { ...facts, ...PERFORMED, attempt: body.attempt, epoch: body.epoch, interruptions: 0, startedAt };
    }
    case 'step-resumed':
      if (body.attempt !== attempt) return null;
      if (step.is === 'running') return { ...step, performed: true, epoch: body.epoch };
      if (step.is === 'waiting' || step.why === 'retry') return null;
      return { ...facts, ...PERFORMED, attempt, epoch: body.epoch, interruptions: step.interruptions, startedAt };
    case 'step-interrupted':
      if (!runs(step, body.attempt) || !step.performed) return null;
      return { ...step, performed: false, interruptions: step.interruptions + 1 };
    case 'step-parked': {
      // A report that is there already was paid for, and there is nothing left to wait for.
      if (!runs(step, body.attempt) || step.report !== null) return null;
      const { interruptions } = step;
      return { ...facts, is: 'parked', attempt, why: body.why, until: body.until, interruptions, startedAt };
    }
    case 'step-retrying': {
      if (!runs(step, body.attempt)) return null;
      const { interruptions } = step;
      return { ...facts, is: 'parked', attempt, why: 'retry', until: body.retryAt, interruptions, startedAt };
    }
    case 'step-succeeded':
      if (!runs(step, body.attempt)) return null;
      return { ...facts, is: 'succeeded', attempt, output: body.output, startedAt, endedAt: at };
    case 'step-failed':
      if (body.attempt !== attempt) return null;
      return { ...facts, is: 'failed', attempt, error: body.error, startedAt, endedAt: at };
    case 'step-skipped':
      if (step.is !== 'waiting') return null;
      return { ...facts, is: 'skipped', reason: body.reason, endedAt: at };
    case 'step-cancelled': {
      const cut = step.is === 'running' && step.performed ? { step: step.id, attempt, epoch: step.epoch } : null;
      return { ...facts, is: 'cancelled', cut, startedAt: step.is === 'waiting' ? null : startedAt, endedAt: at };
    }
  }
}

const PERFORMED = { is: 'running', performed: true, report: null } as const;

function runs(step: Step, attempt: number): step is Extract<Step, { is: 'running' }> {
  return step.is === 'running' && step.attempt === attempt;
}

function factsOf({ id, node, round, agentId, feedbackFrom, added }: Step): StepFacts {
  return { id, node, round, agentId, feedbackFrom, added };
}
