import { editedBy } from './approvals.js';
import type { EventBody, ToolPlace, ToolResult } from './events.js';
import { factsOf, isSettled, type OpenTurn, type Step } from './state.js';

/** What moves a step that is there already. */
export type StepEvent = Exclude<
  Extract<EventBody, { step: string }>,
  { kind: 'step-added' | 'step-adopted' | 'cost-recorded' | 'context-changed' | 'message-sent' }
>;

/** The step after the event with this number, or null where the event does not fit it. */
export function stepAfter(step: Step, body: StepEvent, at: number, seq: number): Step | null {
  if (isSettled(step)) return null;
  const facts = factsOf(step);
  const going = { ...facts, ...(step.turns && { turns: step.turns }) };
  const attempt = step.is === 'waiting' ? 0 : step.attempt;
  const startedAt = step.is === 'waiting' ? at : step.startedAt;
  switch (body.kind) {
    case 'step-started': {
      const mayBegin = step.is === 'waiting' || (step.is === 'parked' && (step.why === 'retry' || attempt === 0));
      if (!mayBegin || body.attempt !== attempt + 1) return null;
      const edited = step.is === 'parked' && step.approval ? editedBy(step.approval.votes) : null;
      const begun = { ...going, begunSeq: step.begunSeq ?? seq, ...(edited !== null && { edited }) };
      return { ...begun, ...PERFORMED, attempt: body.attempt, epoch: body.epoch, interruptions: 0, startedAt };
    }
    case 'step-resumed':
      if (body.attempt !== attempt) return null;
      if (step.is === 'running') return { ...step, performed: true, epoch: body.epoch };
      if (step.is === 'waiting' || step.why === 'retry' || step.approval) return null;
      return { ...going, ...PERFORMED, attempt, epoch: body.epoch, interruptions: step.interruptions, startedAt };
    case 'step-interrupted':
      if (!runs(step, body.attempt) || !step.performed) return null;
      return { ...step, performed: false, interruptions: step.interruptions + 1 };
    case 'step-parked': {
      // A report that is there already was paid for, and there is nothing left to wait for.
      if (!runs(step, body.attempt) || step.report !== null) return null;
      const { interruptions } = step;
      return { ...going, is: 'parked', attempt, why: body.why, until: body.until, interruptions, startedAt };
    }
    case 'turn-recorded': {
      if (!runs(step, body.attempt) || body.turnNo !== (step.turns ?? []).length + 1) return null;
      const recorded = { turn: body.turn, results: body.turn.calls.map(() => null) };
      return { ...step, turns: [...(step.turns ?? []), recorded] };
    }
    case 'tool-called':
      return null;
    case 'tool-completed':
      return withResult(step, body, { ok: true, output: body.output });
    case 'tool-failed':
      return withResult(step, body, { ok: false, error: body.error });
    case 'approval-requested': {
      const { when, until, output, epoch } = body;
      const fits = when === 'before' ? step.is === 'waiting' : runs(step, body.attempt);
      if (!fits) return null;
      const interruptions = step.is === 'waiting' ? 0 : step.interruptions;
      const approval = { when, votes: [], output, epoch };
      return { ...facts, is: 'parked', attempt, why: 'approval', until, interruptions, startedAt, approval };
    }
    case 'approval-decided': {
      if (step.is !== 'parked' || !step.approval) return null;
      const { by, decision, edited, comment } = body;
      const votes = [...step.approval.votes, { by, decision, edited, comment }];
      return { ...step, approval: { ...step.approval, votes } };
    }
    case 'step-retrying': {
      if (!runs(step, body.attempt)) return null;
      const { interruptions } = step;
      return { ...going, is: 'parked', attempt, why: 'retry', until: body.retryAt, interruptions, startedAt };
    }
    case 'step-succeeded':
      if (!runs(step, body.attempt) && !isJudged(step)) return null;
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

/** Its result is there, and people judge it. */
function isJudged(step: Step): boolean {
  return step.is === 'parked' && step.approval?.when === 'after';
}

/** A result that is there already stays. */
function withResult<S extends Step>(step: S, { turnNo, place }: ToolPlace, result: ToolResult): S | null {
  const turn = step.turns?.[turnNo - 1];
  if (turn?.results[place] !== null) return null;
  const results = turn.results.with(place, result);
  return { ...step, turns: step.turns?.with(turnNo - 1, { ...turn, results } satisfies OpenTurn) };
}
