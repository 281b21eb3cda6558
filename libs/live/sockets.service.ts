import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { ExecutionsService } from '#libs/executions/index.js';
import { ExecutionNotFound, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock, isUuid } from '#libs/kernel/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import {
  Authenticator,
  type Credential,
  credentialOf,
  Gate,
  type OriginRule,
  originRule,
  Proxies,
} from '#libs/platform/http/index.js';
import { CLOSED, Monitor, type MonitorSources } from './monitor.js';
import { OpenStreams } from './open-streams.js';

const MONITOR = /^\/api\/v1\/ws\/executions\/([^/]+)(?:\/monitor)?\/?$/;
const LARGEST_FRAME = 64 * 1024;

/** Who stands at the door. */
interface Guest {
  readonly shown: Credential | null;
  readonly address: string;
}

/**
 * WebSockets of this process. Whoever may not enter is let in, told why by close code 1008 and shown out: browsers show
 * no other reason to a page. Tokens are asked for again every second, as for streams.
 */
@Injectable()
export class SocketsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('live');
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
  });
  readonly #open: OpenStreams;
  readonly #sources: MonitorSources;
  readonly #isAllowedOrigin: OriginRule;
  readonly #proxies: Proxies;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly authenticator: Authenticator,
    private readonly executions: ExecutionsService,
    private readonly gate: Gate,
    tail: Tail,
    clock: Clock,
    config: RenumConfig,
  ) {
    const report = (executionId: string, cause: unknown): void =>
      this.#log.warn(`The standing of ${executionId} cannot be read, a monitor waits: ${String(cause)}`);
    this.#sources = { executions, tail, clock, report };
    this.#open = new OpenStreams(authenticator, clock);
    this.#isAllowedOrigin = originRule(config.http.corsOrigins);
    this.#proxies = new Proxies(config.http.trustProxy);
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#sockets.clients.size;
  }

  onApplicationBootstrap(): void {
    const server: Server = this.http.httpAdapter.getHttpServer();
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const executionId = MONITOR.exec(pathname)?.[1];
      if (executionId === undefined) return refuse(socket, 404);
      this.#sockets.handleUpgrade(request, socket, head, (connected) => {
        connected.on('error', () => connected.terminate());
        const shown = this.#credential(request, searchParams.get('token'));
        void this.#enter(connected, { shown, address: this.#proxies.addressOf(request) }, executionId);
      });
    });
  }

  /** Every client comes back by itself, to the next process. */
  beforeApplicationShutdown(): void {
    for (const socket of this.#sockets.clients) socket.close(CLOSED.restart, 'The server restarts.');
  }

  async #enter(socket: WebSocket, { shown, address }: Guest, executionId: string): Promise<void> {
    const early: string[] = [];
    const keep = (frame: Buffer): void => void early.push(String(frame));
    socket.on('message', keep);
    try {
      const actor = shown && (await this.authenticator.authenticate(shown));
      const admission = await this.gate.admit({ actor, address });
      if (admission?.refusal) return socket.close(CLOSED.crowded, 'Too many requests');
      if (!shown || !actor || !this.authenticator.permits(actor, 'execution:read')) {
        return socket.close(CLOSED.refused, 'Invalid token');
      }
      await this.#mustExist(actor, executionId);
      if (socket.readyState === socket.OPEN)
        this.#watch(socket, shown, new Monitor(actor, executionId, lineTo(socket), this.#sources), early);
    } catch (cause) {
      if (cause instanceof ExecutionNotFound) return socket.close(CLOSED.refused, 'Execution not found');
      this.#log.error(`A socket could not be opened: ${String(cause)}`);
      socket.close(CLOSED.fault, 'Internal error');
    } finally {
      socket.off('message', keep);
    }
  }

  async #mustExist(actor: ActorRef, executionId: string): Promise<void> {
    if (!isUuid(executionId)) throw new ExecutionNotFound();
    await this.executions.get(actor, executionId);
  }

  #watch(socket: WebSocket, shown: Credential, monitor: Monitor, early: readonly string[]): void {
    this.#open.add(
      { once: (event, done) => socket.once(event, done), destroy: () => socket.close(CLOSED.refused, 'Invalid token') },
      shown,
    );
    socket.on('message', (frame: Buffer) => monitor.receive(String(frame)));
    socket.once('close', () => monitor.close());
    monitor.start();
    for (const frame of early) monitor.receive(frame);
  }

  /** An empty `?token=` falls back to the cookie, which counts only from our own pages: a socket may do anything a page may. */
  #credential(request: IncomingMessage, token: string | null): Credential | null {
    if (token) return { via: 'query', token };
    const protocol = this.#proxies.protocolOf(request);
    const source = { method: 'CONNECT', host: request.headers.host ?? '', protocol, headers: request.headers };
    return credentialOf(source, this.#isAllowedOrigin);
  }
}

function lineTo(socket: WebSocket) {
  return {
    send: (text: string) => socket.send(text),
    get unsent() {
      return socket.bufferedAmount;
    },
    close: (code: number, reason: string) => socket.close(code, reason),
  };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
