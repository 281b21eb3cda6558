/* What a provider answers, as OpenAI streams it. */
import type { ServerResponse } from 'node:http';

/** A tool that a model wants used. */
export interface WantedCall {
  readonly name: string;
  readonly input: object;
}

export function say(response: ServerResponse, content: string): void {
  stream(response, { content }, 'stop');
}

export function want(response: ServerResponse, turnNo: number, calls: readonly WantedCall[]): void {
  const tool_calls = calls.map(({ name, input }, index) => {
    const id = `call_${turnNo}_${index}`;
    return { index, id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
  });
  stream(response, { tool_calls }, 'tool_calls');
}

function stream(response: ServerResponse, delta: object, finish: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(frame({ choices: [{ index: 0, delta, finish_reason: null }] }));
  response.write(frame({ choices: [{ index: 0, delta: {}, finish_reason: finish }] }));
  response.write(frame({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }));
  response.end('data: [DONE]\n\n');
}

export function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: 'as it was told to', type: 'chaos', code: null } }));
}

function frame(data: object): string {
  return `data: ${JSON.stringify({ id: 'chaos', object: 'chat.completion.chunk', created: 1, model: 'chaos', ...data })}\n\n`;
}
