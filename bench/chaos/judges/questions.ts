import type { Added, JournalEvent, StepId, ToolUse } from '#libs/workflow/index.js';
import { broken, doubled, type Flaw, lost } from '../findings.js';
import { AgentsOf } from './agents-of.js';

/** A question that an agent put, and what came of it. */
interface Question {
  readonly added: Added;
  /** Messages that answer it. */
  answers: number;
}

/**
 * Every call has one end and every question one answer, be it an error or that the time was over; only whoever is stopped
 * gets none. Agents never wait for one another in a circle.
 */
export function judgeQuestions(events: readonly JournalEvent[]): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const agents = new AgentsOf(events);
  /** How often each call has ended. */
  const ends = new Map<string, number>();
  const questions = new Map<StepId, Question>();
  const requests = new Map<string, StepId>();
  const stopped = new Set<string>();
  for (const { body } of events) {
    if (body.kind === 'tool-called') {
      if (ends.has(callOf(body))) flaws.push(doubled(`has made the call ${callOf(body)} twice.`));
      ends.set(callOf(body), 0);
    } else if (body.kind === 'tool-completed' || body.kind === 'tool-failed') {
      ends.set(callOf(body), (ends.get(callOf(body)) ?? 0) + 1);
    } else if (body.kind === 'step-added') {
      if (body.added.call) questions.set(body.step, { added: body.added, answers: 0 });
      if (isCircle(body.added, [...questions.values()], agents)) flaws.push(broken(`waits in a circle: ${body.step}.`));
    } else if (body.kind === 'message-sent') {
      if (body.question !== undefined) requests.set(body.id, body.question);
      const question = questions.get(requests.get(body.answers ?? '') ?? '');
      if (question) question.answers++;
    } else if (body.kind === 'step-cancelled') stopped.add(body.step);
  }
  for (const [call, times] of ends) {
    const [step = ''] = call.split(' ');
    if (times > 1) flaws.push(doubled(`has ended the call ${call} ${times} times.`));
    if (times === 0 && !stopped.has(step)) flaws.push(lost(`has never ended the call ${call}.`));
  }
  for (const [step, { added, answers }] of questions) {
    if (answers > 1) flaws.push(doubled(`has answered the question ${step} ${answers} times.`));
    if (answers === 0 && !stopped.has(added.askedBy)) flaws.push(lost(`has not answered the question ${step}.`));
  }
  return flaws;
}

function callOf({ step, turnNo, place, name }: ToolUse): string {
  return `${step} ${turnNo}.${place} ${name}`;
}

/** Whether whoever is asked waits, over however many others, for whoever asks. */
function isCircle({ agentId, askedBy }: Added, all: readonly Question[], agents: AgentsOf): boolean {
  const open = all.filter(({ answers }) => answers === 0).map(({ added }) => added);
  const reached = new Set([agentId]);
  for (const agent of reached) {
    for (const one of open) if (agents.get(one.askedBy) === agent) reached.add(one.agentId);
  }
  return reached.has(agents.get(askedBy) ?? '');
}
