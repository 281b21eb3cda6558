import {
  type Act,
  type FakeCall,
  FakeModelServer,
  piecesOf,
  plain,
  type RecordedRequest,
  stream,
  wordsOf,
} from './fake-model-server.js';

export interface OpenAiAnswer {
  /** `null`: the stream ends without one. */
  readonly finish?: string | null;
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
  readonly refusal?: string;
  readonly last?: 'end' | 'stall' | 'reset';
}

/** Speaks `POST /v1/chat/completions` as a stream; unscripted, it repeats the user's text. */
export function startFakeOpenAi(): Promise<FakeModelServer> {
  return FakeModelServer.start((request) => openAi.says(`You said: ${userTextOf(request)}`));
}

export const openAi = {
  /** A whole answer, word by word; usage comes last, as `stream_options.include_usage` asks. */
  says(
    text: string,
    { finish = 'stop', usage = { prompt_tokens: 12, completion_tokens: 7 }, refusal, last }: OpenAiAnswer = {},
  ) {
    return stream(
      [
        ...wordsOf(text).map((content) => chunk({ content })),
        ...(refusal === undefined ? [] : [chunk({ refusal })]),
        ...(finish === null ? [] : [frame({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })]),
        ...(usage === null ? [] : [frame({ choices: [], usage: { ...usage, total_tokens: 0 } })]),
        ...(last === undefined || last === 'end' ? ['data: [DONE]\n\n'] : []),
      ],
      last,
    );
  },

  /** Wants tools to be used, perhaps after some words; calls come side by side and in pieces. */
  calls(
    calls: readonly FakeCall[],
    {
      text = '',
      finish = 'tool_calls',
      usage = { prompt_tokens: 20, completion_tokens: 5 },
      last,
    }: OpenAiAnswer & { readonly text?: string } = {},
  ): readonly Act[] {
    return stream(
      [
        ...wordsOf(text).map((content) => chunk({ content })),
        ...calls.map(({ id, name }, index) =>
          chunk({
            tool_calls: [{ index, id: id ?? `call_${index}`, type: 'function', function: { name, arguments: '' } }],
          }),
        ),
        ...calls.flatMap((call, index) =>
          piecesOf(call).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
        ),
        ...(finish === null ? [] : [frame({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })]),
        ...(usage === null ? [] : [frame({ choices: [], usage: { ...usage, total_tokens: 0 } })]),
        ...(last === undefined || last === 'end' ? ['data: [DONE]\n\n'] : []),
      ],
      last,
    );
  },

  /** Some words, and then the stream ends, stalls or breaks in the middle. */
  stops(text: string, how: 'end' | 'stall' | 'reset'): readonly Act[] {
    return stream(
      wordsOf(text).map((content) => chunk({ content })),
      how,
    );
  },

  /** A frame that ends in the middle of its JSON. */
  breaksJson(text: string): readonly Act[] {
    return stream([chunk({ content: text }), 'data: {"choices":[{"index":0,"delta":{"content":"Hel\n\n']);
  },

  /** An error in place of the next frame, after the status was 200. */
  failsInStream(text: string, error: unknown): readonly Act[] {
    return stream([chunk({ content: text }), frame({ error })]);
  },

  refuses(status: number, message: string, headers?: Readonly<Record<string, string>>): readonly Act[] {
    return plain(status, { error: { message, type: 'fake', code: null } }, headers);
  },
};

/** What the last message of the user says. */
export function userTextOf({ body }: RecordedRequest): string {
  const messages = body.messages as readonly { readonly role: string; readonly content: unknown }[];
  const content = messages.findLast(({ role }) => role === 'user')?.content;
  if (typeof content === 'string') return content;
  return (content as readonly { readonly text: string }[]).map(({ text }) => text).join('');
}

function chunk(delta: object): string {
  return frame({ choices: [{ index: 0, delta, finish_reason: null }] });
}

function frame(data: object): string {
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'fake', ...data })}\n\n`;
}
