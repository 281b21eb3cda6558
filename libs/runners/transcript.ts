import type { RecordedTurn, ToolResult } from '#libs/workflow/index.js';
import type { CallOptions } from './open-model.js';
import { resultFor } from './tool-call.js';

export type Prompt = CallOptions['prompt'];
type Message = Prompt[number];
type AssistantPart = Extract<Message, { role: 'assistant' }>['content'][number];
type ToolPart = Extract<Message, { role: 'tool' }>['content'][number];
type ToolOutput = Extract<ToolPart, { type: 'tool-result' }>['output'];

/** A turn on record and what is said to it where no results are: what to mend in an answer. */
export interface Exchange extends RecordedTurn {
  readonly reply?: string;
}

export interface Opening {
  /** Empty: none is sent. */
  readonly system: string;
  readonly user: string;
}

/** The conversation as the model is shown it: the same facts make the same text, before a crash and after it. */
export function transcriptOf({ system, user }: Opening, exchanges: readonly Exchange[]): Prompt {
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    said(user),
    ...exchanges.flatMap(messagesOf),
  ];
}

function messagesOf({ turn, results, reply }: Exchange): readonly Message[] {
  const { text, calls } = turn;
  const parts: readonly AssistantPart[] = [
    // Anthropic refuses texts that are blank.
    ...(text.trim() === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls.map(
      ({ id, name, input, providerMetadata }): AssistantPart => ({
        type: 'tool-call',
        toolCallId: id,
        toolName: name,
        input,
        ...(providerMetadata && { providerOptions: { ...providerMetadata } }),
      }),
    ),
  ];
  const answers = calls.map((call, place): ToolPart => {
    const output = outputOf(resultFor(call, results[place]));
    return { type: 'tool-result', toolCallId: call.id, toolName: call.name, output };
  });
  return [
    { role: 'assistant', content: [...parts] },
    ...(answers.length > 0 ? [{ role: 'tool' as const, content: answers }] : []),
    ...(reply === undefined ? [] : [said(reply)]),
  ];
}

function outputOf(result: ToolResult): ToolOutput {
  if (!result.ok) return { type: 'error-text', value: `${result.error.code}: ${result.error.message}` };
  const { output } = result;
  return { type: 'text', value: typeof output === 'string' ? output : JSON.stringify(output) };
}

function said(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}
