import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { AgentsModule } from '#libs/agents/index.js';
import { approvalWrites, CollaborationModule, Nudges } from '#libs/collaboration/index.js';
import { Journal, Tail } from '#libs/journal/index.js';
import { Clock } from '#libs/kernel/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { Log } from '#libs/platform/log/index.js';
import { ProviderKeys, ProvidersModule } from '#libs/providers/index.js';
import { Runners, RunnersModule } from '#libs/runners/index.js';
import { TeamRuns, TeamsModule } from '#libs/teams/index.js';
import { AcceptanceService } from './acceptance.service.js';
import { Beginnings } from './beginnings.js';
import { Engine } from './engine.js';
import { ExecutionAnswers } from './execution-answers.js';
import { ExecutionsController } from './executions.controller.js';
import { ExecutionsService } from './executions.service.js';
import { executionHolder } from './key-holder.js';
import { Performer } from './performer.js';
import { RepairService } from './repair.service.js';
import { RepairsController } from './repairs.controller.js';
import { Revisions } from './revisions.js';

/** Wants `Audit`, `Journal`, `Tail`, `Clock`, `Database`, `RenumConfig` and `Log` to be global. */
@Module({
  imports: [AgentsModule, CollaborationModule, ProvidersModule, RunnersModule, TeamsModule],
  controllers: [ExecutionsController, RepairsController],
  providers: [
    AcceptanceService,
    Beginnings,
    ExecutionAnswers,
    RepairService,
    Revisions,
    ExecutionsService,
    {
      provide: Performer,
      inject: [Runners, Tail, Clock, RenumConfig],
      useFactory: (runners: Runners, tail: Tail, clock: Clock, config: RenumConfig) =>
        new Performer(runners, tail, clock, config.runner.width),
    },
    {
      provide: Engine,
      inject: [Journal, Tail, Performer, Clock, RenumConfig, Log, ProviderKeys],
      useFactory: (
        journal: Journal,
        tail: Tail,
        performer: Performer,
        clock: Clock,
        config: RenumConfig,
        log: Log,
        keys: ProviderKeys,
      ) =>
        new Engine(journal, tail, performer, clock, {
          stepTimeoutMs: config.runner.stepTimeoutMs,
          report: (message, { execution, cause }) => log.error(message, { execution_id: execution, err: cause }),
          writesFor: (before, after, events) => [
            ...approvalWrites(before, after, events),
            ...(after.phase === 'finished' && after.started?.keyServices
              ? [keys.erasureOf(executionHolder(after.started))]
              : []),
          ],
        }),
    },
  ],
  exports: [Engine, ExecutionsService],
})
export class ExecutionsModule implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly engine: Engine,
    private readonly executions: ExecutionsService,
    private readonly teamRuns: TeamRuns,
    private readonly nudges: Nudges,
  ) {}

  onModuleInit(): void {
    this.teamRuns.add((...asked) => this.executions.stopOpen(...asked));
    this.nudges.add((id) => this.engine.nudge(id));
  }

  /** What a process before this one left open goes on, beside the first requests. */
  async onApplicationBootstrap(): Promise<void> {
    await this.engine.start();
  }

  /** While the database is still open, and without a word in it: the next start goes on from the journal. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }
}
