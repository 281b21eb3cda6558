import type { Decision, ExecutionStarted, ToolUse } from './events.js';
import { isSettled, type Settled, type State, type Step } from './state.js';
import { nameOf } from './team-tools.js';
import { nextMessage } from './use-tool.js';

/**
 * Answers that have come for a step that waits: each becomes the result of the call that asked, and a message. A
 * question that failed or ran out of time is answered too, with an error.
 */
export function answeredCalls(started: ExecutionStarted, state: State, step: Step): readonly Decision[] {
  if (step.is !== 'parked' || step.why !== 'answer') return [];
  for (const question of Object.values(state.steps)) {
    const call = question.added?.askedBy === step.id ? question.added.call : undefined;
    if (!call || !isSettled(question) || step.turns?.[call.turnNo - 1]?.results[call.place] !== null) continue;
    return answer(started, state, step, { step: step.id, attempt: step.attempt, ...call, name: 'agent_ask' }, question);
  }
  return [];
}

function answer(
  started: ExecutionStarted,
  state: State,
  asker: Step,
  use: ToolUse,
  question: Settled,
): readonly Decision[] {
  const { agentId: from, id: step } = question;
  const request = Object.values(state.messages).find(
    (message) => message.type === 'request' && message.question === step,
  );
  const message = { id: nextMessage(state), from, to: asker.agentId, ...(request && { answers: request.id }) };
  const name = nameOf(started, from);
  if (question.is === 'succeeded') {
    const { result, data } = question.output;
    const output = { agent: name, answer: result, ...(data !== undefined && { data }) };
    return [
      { kind: 'tool-completed', ...use, output },
      { kind: 'message-sent', step, ...message, type: 'response', content: { answer: result } },
    ];
  }
  const error =
    question.is === 'failed'
      ? { code: 'ask.failed', message: `${name} could not answer: ${question.error.message}` }
      : { code: 'ask.timeout', message: `${name} gave no answer in time.` };
  return [
    { kind: 'tool-failed', ...use, error },
    { kind: 'message-sent', step, ...message, type: 'error', content: { ...error } },
  ];
}
