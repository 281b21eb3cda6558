import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the system prompt of an agent asks this provider to do, as JSON. */
export interface Behaviour {
  readonly delayMs?: number;
  /** So many attempts are refused with 500. */
  readonly fails?: number;
  /** Every attempt is refused with 400. */
  readonly refuses?: boolean;
  readonly says?: string;
  /** Said in the first round of a loop instead. */
  readonly saysFirst?: string;
}

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/**
 * A provider that outlives the servers it serves, speaks as OpenAI does, and remembers when it was asked to perform
 * which attempt (the idempotency key), so that what was performed twice is known.
 */
export class ModelProvider {
  /** Instants in ms since 1970 (the clock of the journals), by key. */
  readonly performances = new Map<string, number[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelProvider> {
    const server = createServer((request, response) => {
      provider.#serve(request, response).catch(() => response.destroy());
    });
    const provider = new ModelProvider(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return provider;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = String(request.headers['idempotency-key']);
    const instants = this.performances.get(key) ?? [];
    this.performances.set(key, instants);
    instants.push(Date.now());

    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { messages }: Asked = JSON.parse(Buffer.concat(chunks).toString());
    const behaviour = behaviourIn(messages);
    const timer = setTimeout(() => {
      const status = refusalOf(key, behaviour);
      if (status === null) answer(response, textOf(key, behaviour, messages));
      else refuse(response, status);
    }, behaviour.delayMs);
    response.once('close', () => clearTimeout(timer));
  }
}

function behaviourIn(messages: Asked['messages']): Behaviour {
  return JSON.parse(messages.find(({ role }) => role === 'system')?.content ?? '{}');
}

function refusalOf(key: string, { refuses = false, fails = 0 }: Behaviour): number | null {
  const attempt = Number(key.split('.')[2]);
  if (refuses) return 400;
  return attempt <= fails ? 500 : null;
}

function textOf(key: string, { says, saysFirst }: Behaviour, messages: Asked['messages']): string {
  const isFirstRound = !key.includes('~');
  const said = (isFirstRound ? saysFirst : undefined) ?? says;
  return said ?? messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

function answer(response: ServerResponse, content: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(frame({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  response.write(frame({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
  response.write(frame({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } }));
  response.end('data: [DONE]\n\n');
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: 'as it was told to', type: 'chaos', code: null } }));
}

function frame(data: object): string {
  return `data: ${JSON.stringify({ id: 'chaos', object: 'chat.completion.chunk', created: 1, model: 'chaos', ...data })}\n\n`;
}
