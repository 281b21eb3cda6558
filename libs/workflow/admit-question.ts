import type { StepError } from './events.js';
import { isSettled, type State, type Step } from './state.js';
import { nameOf } from './team-tools.js';

/*
 * Invariant: agents never wait for one another in a circle, questions lead no deeper than `DEEPEST`, and an exchange
 * that goes round and round ends. Decided behind the fence from the state alone, so that of two agents that ask each
 * other at the same moment exactly one is refused.
 */

/** A question within an answer within an answer …: further down nobody remembers what was asked. */
export const DEEPEST = 5;
/** Of one execution. */
export const MOST_QUESTIONS = 100;
/** The same question to the same agent is answered this often. */
export const MOST_REPEATS = 2;

/** Why the question may not be put; null: it may. */
export function refusalOf(state: State, asker: Step, agentId: string, question: string): StepError | null {
  const { started } = state;
  const name = started ? nameOf(started, agentId) : agentId;
  if (waitsFor(state, agentId, asker.agentId)) {
    return refused(
      'ask.cycle',
      `${name} is waiting for an answer of yours, or of somebody who is: answer without asking.`,
    );
  }
  if ((asker.added?.depth ?? 0) >= DEEPEST) {
    return refused('ask.too-deep', `This is already question ${DEEPEST} in a row: answer with what you know.`);
  }
  const questions = Object.values(state.steps).flatMap(({ added }) => added ?? []);
  if (questions.length >= MOST_QUESTIONS) {
    return refused('ask.too-many', `The team has asked ${MOST_QUESTIONS} questions in this run: go on without asking.`);
  }
  const asked = normal(question);
  const same = questions.filter(
    (one) =>
      one.agentId === agentId && state.steps[one.askedBy]?.agentId === asker.agentId && normal(one.question) === asked,
  );
  if (same.length >= MOST_REPEATS) {
    return refused(
      'ask.repeated',
      `You have asked ${name} the same ${same.length} times: work with the answers you got.`,
    );
  }
  return null;
}

/** Whether `agent` waits, over however many others, for `other`; everybody waits for himself. */
function waitsFor(state: State, agent: string, other: string, seen: readonly string[] = []): boolean {
  if (agent === other) return true;
  if (seen.includes(agent)) return false;
  return Object.values(state.steps).some(
    (step) =>
      step.added !== null &&
      !isSettled(step) &&
      state.steps[step.added.askedBy]?.agentId === agent &&
      waitsFor(state, step.agentId, other, [...seen, agent]),
  );
}

function normal(question: string): string {
  return question.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

function refused(code: string, message: string): StepError {
  return { code, message };
}
