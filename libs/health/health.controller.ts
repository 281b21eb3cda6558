import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ActorRef, Clock } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { Actor, Allow, Authenticator, NoStore, Public, Uncounted } from '#libs/platform/http/index.js';
import { overall } from './core/readiness.js';
import { report } from './core/report.js';
import { DependenciesView, HealthDetailsView, type HealthView } from './health.views.js';
import { HealthWatch } from './health-watch.js';
import { Lifecycle } from './lifecycle.js';
import { Release } from './release.js';

@Controller('health')
@NoStore()
export class HealthController {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly watch: HealthWatch,
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly release: Release,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the server is well. Anybody may ask; with `health:read` the answer says of each dependency how it is and why.
   * 503 when the server cannot serve or is shutting down.
   */
  @Get()
  @Public({ identify: true })
  @Uncounted()
  health(
    @Actor() actor: ActorRef | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): HealthView | HealthDetailsView {
    const { observations } = this.watch;
    const { phase } = this.lifecycle;
    const { version, startedAt } = this.release;
    const status = overall(phase, observations);
    if (status === 'error' || status === 'shutting_down') reply.code(503).header('retry-after', '5');
    if (!actor || !this.authenticator.permits(actor, 'health:read')) return { status, version };
    return HealthDetailsView.of({ status, version, phase, startedAt, now: this.clock.now(), observations });
  }

  /** What the server depends on. For each: what was asked for, what is there, what that costs, how to mend it. */
  @Get('dependencies')
  @Allow('health:read')
  dependencies(): DependenciesView {
    const { observations } = this.watch;
    return DependenciesView.of(observations, report(observations), this.database.standing, this.clock.now());
  }
}
