import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RenumConfig } from '#libs/platform/config/index.js';
import { Authenticator, NoStore, Public, Uncounted } from '#libs/platform/http/index.js';
import { CONTENT_TYPE, exposition, formatFor } from './exposition.js';
import { Metrics } from './metrics.js';
import { mayRead } from './metrics-access.js';

@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: RenumConfig,
    private readonly authenticator: Authenticator,
  ) {}

  /** For a scraper, as Prometheus text or OpenMetrics. Whoever may not read it finds nothing here. */
  @Get()
  @Public({ identify: true })
  @Uncounted()
  @NoStore()
  async scrape(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { actor, headers, socket } = request;
    const hasPermission = actor !== null && this.authenticator.permits(actor, 'metrics:read');
    const caller = { peer: socket.remoteAddress, headers, hasPermission };
    if (!mayRead(this.config.metrics.access, caller)) throw new NotFoundException();

    const format = formatFor(headers.accept);
    reply.type(CONTENT_TYPE[format]);
    return exposition(await this.metrics.families(), format);
  }
}
