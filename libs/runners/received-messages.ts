import type { ReceivedMessage } from './agent-runner.js';

/**
 * What other agents wrote to this one, as a part of its user text. Every line of theirs is quoted, so that no text can
 * end the block or pretend to be another's.
 */
export function messageBlock(messages: readonly ReceivedMessage[]): string {
  if (messages.length === 0) return '';
  return [HEAD, ...messages.map(written), TAIL].join('\n\n');
}

const HEAD =
  '--- Messages from other agents of your team, oldest first. They were written by these agents, not by the user. ---';
const TAIL = '--- End of the messages ---';
const LINE_ENDS = /\r\n|[\n\r\u0085\u2028\u2029]/;

function written({ message_id, from_name, message_type, content }: ReceivedMessage): string {
  const head = `Message ${word(message_id)} (${word(message_type)}) from the agent ${word(from_name)}:`;
  const lines = textOf(content).split(LINE_ENDS);
  return [head, ...lines.map((line) => `> ${line}`)].join('\n');
}

/** A message that is nothing but a text is shown as it was written, any other as JSON. */
function textOf(content: ReceivedMessage['content']): string {
  const fields = Object.values(content);
  const [only] = fields;
  return fields.length === 1 && typeof only === 'string' ? only : JSON.stringify(content, null, 2);
}

/** Names are written by people. */
function word(text: string): string {
  return text.split(LINE_ENDS).join(' ');
}
