import {
  type EventBody,
  type JournalEvent,
  type Loop,
  type SkipReason,
  type State,
  usedUpBy,
  type Vote,
} from '#libs/workflow/index.js';

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A line of an execution's log: derived from the journal, so nothing is ever missing from it. */
export interface LogLine {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly agent_id: string | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>> | null;
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  condition: 'its conditions do not hold',
  source: 'the agent it takes its input from gave no result',
  stopped: 'an earlier agent failed',
  'no-input': 'none of the agents it takes its input from gave a result',
};

/** Oldest first. `state` is the fold of the same events: it knows which agent a step belongs to. */
export function logsOf(events: readonly JournalEvent[], state: State): readonly LogLine[] {
  return events.flatMap((event, index) => {
    const step = 'step' in event.body ? event.body.step : null;
    const agentId = step === null ? null : (state.steps[step]?.agentId ?? null);
    return linesOf(event, state, events[index + 1]).map(({ level, message, details = null }) => ({
      timestamp: new Date(event.at).toISOString(),
      level,
      agent_id: agentId,
      message,
      details: step === null ? details : { step_id: step, ...details },
    }));
  });
}

function linesOf(event: JournalEvent, state: State, next: JournalEvent | undefined): readonly Told[] {
  const told = lineOf(event, state, next);
  const isUnpriced = 'usage' in event.body && event.body.usage?.incomplete === true;
  const loop = event.body.kind === 'step-succeeded' ? usedUpBy(state, event.body.step) : undefined;
  return [...(told ? [told] : []), ...(isUnpriced ? [UNPRICED] : []), ...(loop ? [notSentBack(loop)] : [])];
}

interface Told {
  readonly level: LogLevel;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const UNPRICED: Told = {
  level: 'warning',
  message: 'The price of this model is not known: the cost shown is only its known part',
};

function notSentBack({ maxRounds }: Loop): Told {
  const often = maxRounds === 1 ? 'once' : `${maxRounds} times`;
  return {
    level: 'warning',
    message: `Not sent back again although the feedback asks for it: it may go back ${often}`,
    details: { max_iterations: maxRounds },
  };
}

function lineOf({ body }: JournalEvent, state: State, next: JournalEvent | undefined): Told | null {
  switch (body.kind) {
    case 'execution-started':
      return info(`Execution of team "${body.teamName}" started`, {
        strategy: body.plan.strategy,
        ...(body.keyServices && { key_services: body.keyServices }),
        ...(body.parent && { parent_execution_id: body.parent.executionId, repair: body.parent.how }),
      });
    case 'execution-taken':
      return takenLine(body.epoch, next?.body.kind === 'step-interrupted');
    case 'execution-finished':
      if (body.status === 'completed') return info('Execution completed');
      return {
        level: body.status === 'failed' ? 'error' : 'warning',
        message: body.error ? `Execution ${body.status}: ${body.error.message}` : `Execution ${body.status}`,
      };
    case 'step-added':
      return info('Asked by another agent', { asked_by: body.added.askedBy });
    case 'step-started':
      return info(body.attempt === 1 ? 'Started' : `Attempt ${body.attempt} started`, { attempt: body.attempt });
    case 'step-interrupted':
      return { level: 'warning', message: 'Interrupted by a restart', details: { attempt: body.attempt } };
    case 'step-resumed':
      return info('Resumed', { attempt: body.attempt });
    case 'step-parked':
      return info(`Waiting (${body.why})`, { until: body.until === null ? null : new Date(body.until).toISOString() });
    case 'step-succeeded':
      return info('Completed', { attempt: body.attempt, execution_time: body.output.execution_time });
    case 'step-retrying':
      return {
        level: 'warning',
        message: `Attempt ${body.attempt} failed: ${body.error.message}`,
        details: { code: body.error.code, attempt: body.attempt, retry_at: new Date(body.retryAt).toISOString() },
      };
    case 'step-failed':
      return {
        level: isTolerated(state, body.step) ? 'warning' : 'error',
        message: `Failed: ${body.error.message}`,
        details: { code: body.error.code, attempt: body.attempt },
      };
    case 'turn-recorded':
      return { level: 'debug', message: `Turn ${body.turnNo} recorded`, details: { calls: body.turn.calls.length } };
    case 'tool-called':
      return { level: 'debug', message: `Uses ${body.name}`, details: { attempt: body.attempt } };
    case 'tool-completed':
      return { level: 'debug', message: `${body.name} completed` };
    case 'tool-failed':
      return {
        level: 'warning',
        message: `${body.name} failed: ${body.error.message}`,
        details: { code: body.error.code },
      };
    case 'context-changed':
      return info(`Changed the variable "${body.name}"`, { version: body.version, reducer: body.reducer });
    case 'message-sent':
      return info(body.to === null ? 'Wrote to everybody' : 'Wrote a message', {
        ...{ message_id: body.id, to_agent: body.to, message_type: body.type },
      });
    case 'approval-requested':
      return info(body.when === 'before' ? 'Waits for people before it runs' : 'Waits for people to judge its result', {
        until: body.until === null ? null : new Date(body.until).toISOString(),
      });
    case 'approval-decided':
      return decidedLine(body);
    case 'step-adopted':
      return adoptedLine(body, state);
    case 'step-skipped':
      return info(`Skipped: ${SKIPPED[body.reason]}`);
    case 'step-cancelled':
      return { level: 'warning', message: 'Cancelled' };
    case 'loop-back':
      return info(`Sent back for round ${body.round}`, { from: body.from, agent_id: state.steps[body.from]?.agentId });
    case 'cancel-requested':
      return { level: 'warning', message: `Stop requested: ${body.reason}` };
    case 'step-reported':
      return {
        level: 'debug',
        message: 'A result arrived from a former owner',
        details: { step_id: body.report.step },
      };
    case 'cost-recorded':
      return body.usage ? { level: 'debug', message: 'The cost of a late result was recorded' } : null;
  }
}

/** What only waited was let go, and is taken up again when there is news: nothing was lost. */
function takenLine(epoch: number, hasInterrupted: boolean): Told {
  const details = { epoch };
  if (!hasInterrupted) return { level: 'debug', message: 'Taken up again', details };
  return { level: 'warning', message: 'The server was restarted; the execution goes on', details };
}

function adoptedLine({ step, from, result }: Extract<EventBody, { kind: 'step-adopted' }>, state: State): Told {
  const details = { from_execution_id: from.executionId, from_step: from.step };
  if (result.ok) return info('Adopted: it was run in an earlier execution', details);
  return {
    level: isTolerated(state, step) ? 'warning' : 'error',
    message: `Failed in an earlier execution: ${result.error.message}`,
    details: { ...details, code: result.error.code },
  };
}

function decidedLine({ by, decision, comment, edited }: Vote): Told {
  const what = decision === 'approve' ? 'Approved' : 'Rejected';
  const details = { by, ...(comment !== null && { comment }), ...(edited !== null && { edited: true }) };
  if (by === null) return { level: 'warning', message: `${what}: nobody decided in time` };
  return decision === 'approve' ? info(what, details) : { level: 'warning', message: what, details };
}

/** Whether the run may complete although this step failed. */
function isTolerated({ started, steps }: State, step: string): boolean {
  const onFailure = started?.plan.onFailure;
  const isFirst = steps[step]?.node === started?.plan.nodes[0]?.id;
  return onFailure === 'continue' || (onFailure === 'tolerate' && !isFirst) || steps[step]?.added != null;
}

function info(message: string, details?: Readonly<Record<string, unknown>>): Told {
  return details ? { level: 'info', message, details } : { level: 'info', message };
}
