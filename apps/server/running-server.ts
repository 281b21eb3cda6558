import type { Server } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Lifecycle } from '#libs/health/index.js';
import type { RenumConfig } from '#libs/platform/config/index.js';

/** How long an answer that is under way may hold up the end. */
const LAST_ANSWERS_MS = 3_000;

/** A server that listens, until it is told to end. */
export class RunningServer {
  #ended: Promise<void> | undefined;

  constructor(
    readonly app: NestFastifyApplication,
    readonly config: RenumConfig,
    /** With the port that was really taken. */
    readonly url: string,
  ) {}

  /** Readiness falls, balancers get their time to look away, then everything closes in order. Twice is once. */
  stop(): Promise<void> {
    this.#ended ??= this.#end(this.config.http.drainMs);
    return this.#ended;
  }

  /** The same without the wait: something happened after which nothing can be trusted. */
  abandon(): Promise<void> {
    this.#ended ??= this.#end(0);
    return this.#ended;
  }

  async #end(drainMs: number): Promise<void> {
    this.app.get(Lifecycle).drain();
    if (drainMs > 0) await new Promise((resolve) => setTimeout(resolve, drainMs));

    // The framework ends streams, stops listening, and then closes room by room; the database is the last.
    const server: Server = this.app.getHttpServer();
    const impatience = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
    await this.app.close();
    clearTimeout(impatience);
  }
}
