import { ExecutionStatusView, type ExecutionsService } from '#libs/executions/index.js';
import { ExecutionNotFound, type Tail } from '#libs/journal/index.js';
import { type ActorRef, type Clock, isJsonObject, type JsonObject } from '#libs/kernel/index.js';

/** What a monitor needs of the connection under it; text frames of JSON. */
export interface Line {
  send(text: string): void;
  /** Bytes that the other side has not taken yet. */
  readonly unsent: number;
  close(code: number, reason: string): void;
}

export interface MonitorSources {
  readonly executions: Pick<ExecutionsService, 'get'>;
  readonly tail: Tail;
  readonly clock: Clock;
  readonly report: (executionId: string, cause: unknown) => void;
}

/** The client counts 60–90 s from the last `heartbeat`, and nothing else, as a dead connection. */
const HEARTBEAT_MS = 20_000;
/** A reader that slow gets the next status when it has taken what it was sent: each one replaces the one before. */
const MOST_UNSENT = 256 * 1024;
const LOOK_AGAIN_MS = 1_000;

/** RFC 6455: 1000 is the only one after which the client stays away. */
export const CLOSED = { over: 1_000, restart: 1_012, refused: 1_008, fault: 1_011, crowded: 1_013 } as const;

/**
 * Tells one person how one execution stands: at once, on every change, and last at its end. However many changes come
 * at once, only the latest standing is sent.
 */
export class Monitor {
  #isStale = false;
  #isTelling = false;
  #isClosed = false;
  #unfollow = nothing;
  #forgetBeat = nothing;
  #forgetLook: (() => void) | null = null;

  constructor(
    private readonly actor: ActorRef,
    private readonly executionId: string,
    private readonly line: Line,
    private readonly sources: MonitorSources,
  ) {}

  start(): void {
    this.#unfollow = this.sources.tail.follow(this.executionId, { events: () => this.#tell() });
    this.#beat();
    this.#tell();
  }

  /** The other side is gone, or is told to go. Twice is harmless. */
  close(): void {
    this.#isClosed = true;
    this.#unfollow();
    this.#forgetBeat();
    this.#forgetLook?.();
  }

  /** A frame from the client. Whatever it says, the connection stays open. */
  receive(text: string): void {
    const said = parsed(text);
    const isPing = said?.type === 'ping' || (said?.type === 'command' && said.command === 'ping');
    if (isPing) this.#send({ type: 'pong', data: said.data ?? null });
    else this.#send({ type: 'error', message: 'This socket understands ping; commands go to /api/v1/ws/auth.' });
  }

  #tell(): void {
    this.#isStale = true;
    if (!this.#isTelling && !this.#isClosed) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#isStale && !this.#isClosed && this.line.unsent < MOST_UNSENT) {
      this.#isStale = false;
      await this.#tellOnce();
    }
    this.#isTelling = false;
    if (this.#isStale && !this.#isClosed) this.#lookAgain();
  }

  async #tellOnce(): Promise<void> {
    try {
      const { row, state } = await this.sources.executions.get(this.actor, this.executionId);
      if (this.#isClosed) return;
      const data = ExecutionStatusView.of(row, state);
      this.#send({ type: 'status_update', data });
      this.#send({ type: 'execution_update', data });
      if (state.phase === 'finished') this.#end('The execution is over.');
    } catch (cause) {
      if (cause instanceof ExecutionNotFound) return this.#end('The execution was deleted.');
      this.sources.report(this.executionId, cause);
      this.#lookAgain();
    }
  }

  #lookAgain(): void {
    this.#forgetLook ??= this.sources.clock.after(LOOK_AGAIN_MS, () => {
      this.#forgetLook = null;
      this.#tell();
    });
  }

  #beat(): void {
    this.#forgetBeat = this.sources.clock.after(HEARTBEAT_MS, () => {
      this.#send({ type: 'heartbeat' });
      this.#beat();
    });
  }

  #send(message: object): void {
    const timestamp = new Date(this.sources.clock.now()).toISOString();
    this.line.send(JSON.stringify({ ...message, timestamp }));
  }

  #end(why: string): void {
    this.close();
    this.line.close(CLOSED.over, why);
  }
}

const nothing = (): void => undefined;

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
