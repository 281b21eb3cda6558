import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { JsonObject } from '#libs/kernel/index.js';
import { LongPageQuery } from '#libs/platform/http/index.js';
import { MESSAGE_TYPES, type MessageType, type SentMessage } from '#libs/workflow/index.js';

export class MessagesQuery extends LongPageQuery {
  /** Written by this agent, to it, or to everybody while it is another's. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  agent_id?: string;

  @IsOptional()
  @IsIn(MESSAGE_TYPES)
  message_type?: MessageType;

  static fits({ agent_id: agent, message_type: type }: MessagesQuery, message: MessageView): boolean {
    const { from_agent: from, to_agent: to } = message;
    const concerns = agent === undefined || from === agent || to === agent || to === null;
    return concerns && (type === undefined || message.message_type === type);
  }
}

export class MessageView {
  /** Within its execution: `m1`, `m2`, … */
  message_id!: string;
  execution_id!: string;
  from_agent!: string;
  /** Null: everybody else in the team. */
  to_agent!: string | null;
  message_type!: MessageType;
  content!: JsonObject;
  requires_response!: boolean;
  /** Of a request: for how many seconds an answer is awaited. */
  response_timeout!: number | null;
  /** Of a request: what answered it; null while nothing has. */
  response_message_id!: string | null;
  /** Of an answer: the request. */
  request_message_id!: string | null;
  /** In which it was written. */
  step_id!: string;
  timestamp!: string;

  static all(executionId: string, messages: readonly SentMessage[]): readonly MessageView[] {
    const answers = new Map(messages.flatMap(({ id, answers }) => (answers === undefined ? [] : [[answers, id]])));
    return messages.map(({ id, from, to, type, content, timeoutMs, answers: request, step, at }) => ({
      ...{ message_id: id, execution_id: executionId, from_agent: from, to_agent: to, message_type: type, content },
      requires_response: type === 'request',
      response_timeout: timeoutMs === undefined ? null : timeoutMs / 1_000,
      response_message_id: answers.get(id) ?? null,
      request_message_id: request ?? null,
      step_id: step,
      timestamp: new Date(at).toISOString(),
    }));
  }
}

export class MessagePageView {
  items!: readonly MessageView[];
  total!: number;
  page!: number;
  limit!: number;
  pages!: number;
}
