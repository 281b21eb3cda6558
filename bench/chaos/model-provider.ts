import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ToldChange } from './judges/context.js';
import { refuse, say, type WantedCall, want } from './replies.js';

/** What the system prompt of an agent asks this provider to do, as JSON. */
export interface Behaviour {
  readonly delayMs?: number;
  /** So many attempts are refused with 500, as soon as there are so many turns behind them (0). */
  readonly fails?: number;
  readonly failsBehind?: number;
  /** Every attempt is refused with 400. */
  readonly refuses?: boolean;
  readonly says?: string;
  /** Said in the first round of a loop instead. */
  readonly saysFirst?: string;
  /** What it wants used before it answers, turn by turn. */
  readonly turns?: readonly (readonly WantedCall[])[];
  /** How it is when another agent asks it. */
  readonly asked?: Behaviour;
}

interface Message {
  readonly role: string;
  readonly content: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string } }[];
  readonly tool_call_id?: string;
}

/** `execution.step.attempt[.turn]` */
interface Key {
  readonly execution: string;
  readonly step: string;
  readonly attempt: number;
  readonly turnNo: number;
}

/**
 * A provider that outlives the servers it serves, speaks as OpenAI does, and remembers what it was asked for under which
 * key, so that what was asked for twice, or otherwise, is known.
 */
export class ModelProvider {
  /** Instants in ms since 1970 (the clock of the journals), by key. */
  readonly askedAt = new Map<string, number[]>();
  /** What models learned of their own changes, by execution. */
  readonly told = new Map<string, ToldChange[]>();
  /** What the user said to a model, by key. */
  readonly heard = new Map<string, string>();
  /** Requests that cannot be right. */
  readonly flaws: string[] = [];
  readonly #asked = new Map<string, string>();

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
    const instants = this.askedAt.get(key) ?? [];
    this.askedAt.set(key, instants);
    instants.push(Date.now());

    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { messages }: { readonly messages: readonly Message[] } = JSON.parse(Buffer.concat(chunks).toString());
    const place = placeOf(key);
    this.#remember(key, place, messages);
    const behaviour = behaviourFor(place, messages);
    const timer = setTimeout(() => {
      const status = refusalOf(place, behaviour);
      const calls = behaviour.turns?.[place.turnNo - 1];
      if (status !== null) refuse(response, status);
      else if (calls) want(response, place.turnNo, calls);
      else say(response, textOf(place, behaviour, messages));
    }, behaviour.delayMs);
    response.once('close', () => clearTimeout(timer));
  }

  /** A turn is asked for with the same words however often, and with a result for each call before it. */
  #remember(key: string, { execution, step, turnNo }: Key, messages: readonly Message[]): void {
    const digest = hash('sha256', JSON.stringify(messages));
    const before = this.#asked.get(key);
    if (before !== undefined && before !== digest) this.flaws.push(`${key} was asked for again, in other words.`);
    this.#asked.set(key, digest);
    this.heard.set(key, userTextIn(messages));

    const turns = messages.filter(({ role }) => role === 'assistant');
    if (turns.length !== turnNo - 1) this.flaws.push(`${key} was asked for with ${turns.length} turns before it.`);
    const calls = turns.flatMap(({ tool_calls = [] }) => tool_calls);
    const results = messages.filter(({ role }) => role === 'tool');
    if (results.length !== calls.length || calls.some(({ id }, n) => results[n]?.tool_call_id !== id)) {
      this.flaws.push(`${key} was asked for with ${results.length} results of ${calls.length} calls.`);
    }
    const told = calls.flatMap(({ function: { name } }, n) => (name === 'context_set' ? versionIn(results[n]) : []));
    const known = this.told.get(execution) ?? [];
    this.told.set(execution, [...known, ...told.map((version) => ({ step, version }))]);
  }
}

function placeOf(key: string): Key {
  const [execution = '', step = '', attempt, turnNo = '1'] = key.split('.');
  return { execution, step, attempt: Number(attempt), turnNo: Number(turnNo) };
}

/** Of a change that was made; the text of an error holds none. */
function versionIn(result: Message | undefined): readonly number[] {
  try {
    return [JSON.parse(result?.content ?? '').version];
  } catch {
    return [];
  }
}

function behaviourFor({ step }: Key, messages: readonly Message[]): Behaviour {
  const behaviour: Behaviour = JSON.parse(messages.find(({ role }) => role === 'system')?.content ?? '{}');
  return step.startsWith('c') ? (behaviour.asked ?? {}) : behaviour;
}

function refusalOf(
  { attempt, turnNo }: Key,
  { refuses = false, fails = 0, failsBehind = 0 }: Behaviour,
): number | null {
  if (refuses) return 400;
  return attempt <= fails && turnNo > failsBehind ? 500 : null;
}

function textOf({ step }: Key, { says, saysFirst }: Behaviour, messages: readonly Message[]): string {
  const said = (step.includes('~') ? undefined : saysFirst) ?? says;
  return said ?? userTextIn(messages);
}

function userTextIn(messages: readonly Message[]): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
