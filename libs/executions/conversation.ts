import type { AgentSnapshot } from '#libs/agents/index.js';
import type { ReceivedMessage, ToolDefinition } from '#libs/runners/index.js';
import {
  type ExecutionStarted,
  nameOf,
  type RecordedTurn,
  type SentMessage,
  type State,
  type Step,
  teamTools,
} from '#libs/workflow/index.js';

/** What the agent may use of what its team has. */
export function toolsFor(started: ExecutionStarted, { id, tools }: AgentSnapshot): readonly ToolDefinition[] {
  return teamTools(started, id).filter(({ name }) => tools === undefined || tools.includes(name));
}

/** What is on record of the step's conversation. A step that is performed waits for no answer: every result is there. */
export function recordedTurns({ turns = [] }: Step): readonly RecordedTurn[] {
  return turns.map(({ turn, results }) => ({ turn, results: results.flatMap((result) => result ?? []) }));
}

/** What was written to its agent before the step began: the same however often it is performed. */
export function messagesFor(
  started: ExecutionStarted,
  { messages, seq }: State,
  { agentId, begunSeq = seq }: Step,
): readonly ReceivedMessage[] {
  return Object.values(messages)
    .filter((message) => message.seq < begunSeq && isFor(message, agentId))
    .map(({ id, from, type, content }) => ({
      message_id: id,
      from_agent: from,
      from_name: nameOf(started, from),
      message_type: type,
      content,
    }));
}

/** Questions are put by steps of their own, and answers given to the call that asked. */
function isFor({ to, from, type, answers }: SentMessage, agentId: string): boolean {
  if (type === 'request' || answers !== undefined) return false;
  return to === agentId || (to === null && from !== agentId);
}
