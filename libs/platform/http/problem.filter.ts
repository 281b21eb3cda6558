import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, type Refusal, refusalOf } from './problem.js';

/** Every failure of every request ends here: unknown routes, broken bodies, refusals of services, and our own faults. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal = refusalOf(thrown);
    if ('fault' in refusal) this.#report(request, refusal.fault);
    // A half-sent answer cannot be taken back: cut it, so that nobody reads it as whole.
    if (reply.sent || reply.raw.headersSent) return void reply.raw.destroy();
    send(refusal, request, reply);
  }

  #report(request: FastifyRequest, fault: unknown): void {
    const told = fault instanceof Error ? fault : new Error(`thrown: ${String(fault)}`);
    const where = `${request.method} ${pathOf(request.raw.url)}`;
    this.#log.error(`${where} failed: ${told.message} (request ${request.id})`, told.stack);
  }
}

function send(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer');
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', String(refusal.retryAfterSeconds));
  reply
    .code(refusal.status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(refusal, pathOf(request.raw.url), request.id)));
}

/** Without the query: it may carry a token, and an answer is often logged. */
export function pathOf(url: string | undefined): string {
  const whole = url ?? '/';
  const end = whole.indexOf('?');
  return end < 0 ? whole : whole.slice(0, end);
}
