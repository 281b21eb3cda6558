import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { NoStore, NotHere, Public, Uncounted } from '#libs/platform/http/index.js';
import { type Line, readiness } from './core/readiness.js';
import { HealthWatch } from './health-watch.js';
import { Lifecycle } from './lifecycle.js';

/** Seconds after which a balancer may ask again. */
const RETRY_AFTER = '2';

/**
 * The three questions an orchestrator asks: restart me? (`/livez`), send me traffic? (`/readyz`), wait for me?
 * (`/startupz`). All answer from memory, in plain text, without a look at any dependency.
 */
@Controller()
@Public()
@Uncounted()
@NoStore()
export class ProbesController {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly watch: HealthWatch,
  ) {}

  /** Whether to restart the process. 200 while it can answer at all; a dependency that is away never changes that. */
  @Get('livez')
  live(@Res({ passthrough: true }) reply: FastifyReply): string {
    return answer(reply, true, 'ok');
  }

  /** Whether to wait for the process. 503 until its start is over, then 200 for good. */
  @Get('startupz')
  startup(@Res({ passthrough: true }) reply: FastifyReply): string {
    const { hasStarted } = this.lifecycle;
    return answer(reply, hasStarted, hasStarted ? 'ok' : 'starting');
  }

  /**
   * Whether to send traffic. 503 while starting, draining, or without what is needed to serve; `verbose` lists every
   * check, `exclude` leaves some out.
   */
  @Get('readyz')
  ready(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('verbose') verbose?: string,
    @Query('exclude') exclude: string[] = [],
  ): string {
    const { ready, lines, unknown } = readiness(this.lifecycle.phase, this.watch.observations, exclude);
    const short = ready ? 'ok' : 'not ready';
    if (verbose === undefined) return answer(reply, ready, short);
    const warnings = unknown.map((name) => `warning: there is no check named ${JSON.stringify(name)}`);
    return answer(reply, ready, [...lines.map(told), ...warnings, `readyz: ${short}`].join('\n'));
  }

  /** Whether one thing is there that `/readyz` asks about. 200 if it is, 503 if not, 404 if nothing has this name. */
  @Get('readyz/:check')
  one(@Res({ passthrough: true }) reply: FastifyReply, @Param('check') check: string): string {
    const { lines } = readiness(this.lifecycle.phase, this.watch.observations);
    const line = lines.find(({ name }) => name === check);
    if (!line) throw new NotHere('There is no check under this name.');
    return answer(reply, line.ok, line.ok ? 'ok' : 'not ready');
  }
}

function answer(reply: FastifyReply, isGood: boolean, text: string): string {
  reply.code(isGood ? 200 : 503).type('text/plain; charset=utf-8');
  if (!isGood) reply.header('retry-after', RETRY_AFTER);
  return `${text}\n`;
}

/** Why something is not ok is for those with permission: `/health`. */
function told({ name, ok }: Line): string {
  return ok ? `[+] ${name} ok` : `[-] ${name} failed: reason withheld`;
}
