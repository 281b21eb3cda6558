import { type Act, type FakeCall, FakeModelServer, piecesOf, plain, stream, wordsOf } from './fake-model-server.js';
import { userTextOf } from './fake-openai.js';

export interface AnthropicAnswer {
  readonly stop?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
}

/** Speaks `POST /v1/messages` as a stream; unscripted, it repeats the user's text. */
export function startFakeAnthropic(): Promise<FakeModelServer> {
  return FakeModelServer.start((request) => anthropic.says(`You said: ${userTextOf(request)}`));
}

export const anthropic = {
  /** A whole answer, word by word. */
  says(text: string, { stop = 'end_turn', tokensIn = 12, tokensOut = 7 }: AnthropicAnswer = {}): readonly Act[] {
    return stream([
      ...opening(tokensIn),
      ...wordsOf(text).map(delta),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: stop, stop_sequence: null },
        usage: { output_tokens: tokensOut },
      }),
      event('message_stop', {}),
    ]);
  },

  /** Some words, and then the tools that it wants to be used, each in a block of its own. */
  calls(
    calls: readonly FakeCall[],
    {
      text = 'Let me see.',
      stop = 'tool_use',
      tokensIn = 20,
      tokensOut = 5,
    }: AnthropicAnswer & { readonly text?: string } = {},
  ): readonly Act[] {
    return stream([
      ...opening(tokensIn),
      ...wordsOf(text).map(delta),
      event('content_block_stop', { index: 0 }),
      ...calls.flatMap((call, place) => toolUse(call, place + 1)),
      event('message_delta', {
        delta: { stop_reason: stop, stop_sequence: null },
        usage: { output_tokens: tokensOut },
      }),
      event('message_stop', {}),
    ]);
  },

  /** Some words, and then the stream ends, stalls or breaks in the middle. */
  stops(text: string, how: 'end' | 'stall' | 'reset'): readonly Act[] {
    return stream([...opening(12), ...wordsOf(text).map(delta)], how);
  },

  /** An error event in place of what should come next, after the status was 200. */
  failsInStream(text: string, error: { readonly type: string; readonly message: string }): readonly Act[] {
    const begun = text === '' ? [] : [...opening(12), ...wordsOf(text).map(delta)];
    return stream([...begun, event('error', { error })]);
  },

  refuses(status: number, message: string, headers?: Readonly<Record<string, string>>): readonly Act[] {
    return plain(status, { type: 'error', error: { type: 'fake_error', message } }, headers);
  },
};

function opening(tokensIn: number): readonly string[] {
  const usage = { input_tokens: tokensIn, output_tokens: 1 };
  return [
    event('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'fake',
        content: [],
        stop_reason: null,
        usage,
      },
    }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  ];
}

function toolUse(call: FakeCall, index: number): readonly string[] {
  const block = { type: 'tool_use', id: call.id ?? `toolu_${index}`, name: call.name, input: {} };
  return [
    event('content_block_start', { index, content_block: block }),
    ...piecesOf(call).map((piece) =>
      event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: piece } }),
    ),
    event('content_block_stop', { index }),
  ];
}

function delta(text: string): string {
  return event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
