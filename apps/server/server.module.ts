import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from '#libs/agents/index.js';
import { CollaborationModule } from '#libs/collaboration/index.js';
import { ExecutionsModule } from '#libs/executions/index.js';
import { HealthModule, Release } from '#libs/health/index.js';
import { IdentityModule } from '#libs/identity/index.js';
import { JournalModule } from '#libs/journal/index.js';
import { Clock, SystemClock } from '#libs/kernel/index.js';
import { LiveModule, SocketsModule } from '#libs/live/index.js';
import { MetricsModule, type RequestDurations } from '#libs/metrics/index.js';
import { ConfigurationModule, type RenumConfig } from '#libs/platform/config/index.js';
import { type Database, DatabaseModule } from '#libs/platform/database/index.js';
import { EdgeModule } from '#libs/platform/http/index.js';
import { type Log, LogModule } from '#libs/platform/log/index.js';
import { DocsModule } from '#libs/platform/openapi/index.js';
import { OutboundModule } from '#libs/platform/outbound/index.js';
import { type KeyRing, SecretsModule } from '#libs/platform/secrets/index.js';
import { SecurityModule } from '#libs/security/index.js';
import { TeamsModule } from '#libs/teams/index.js';
import { dependenciesOf } from './dependencies.js';
import { FrontDoorController } from './front-door.controller.js';
import { Readings } from './readings.js';
import { VERSION } from './version.js';

/** What exists before the application does. */
export interface Ground {
  readonly config: RenumConfig;
  readonly log: Log;
  readonly keys: KeyRing;
  readonly database: Database;
  readonly durations: RequestDurations;
  /** Where the program is installed. */
  readonly folder: string;
}

/** Wiring only: which rooms the server has, and what stands between them. */
@Module({})
export class ServerModule {
  static on({ config, log, keys, database, durations, folder }: Ground): DynamicModule {
    return {
      module: ServerModule,
      global: true,
      imports: [
        ConfigurationModule.forRoot(config),
        LogModule.forRoot(log),
        SecretsModule.of(keys),
        DatabaseModule.of(database),
        OutboundModule,
        SecurityModule,
        EdgeModule,
        IdentityModule,
        JournalModule,
        AgentsModule,
        TeamsModule,
        CollaborationModule,
        ExecutionsModule,
        LiveModule,
        SocketsModule,
        HealthModule.watching(dependenciesOf(config, database), new Release('renum', VERSION, Date.now())),
        MetricsModule.with(durations),
        DocsModule.in(folder),
      ],
      controllers: [FrontDoorController],
      providers: [{ provide: Clock, useClass: SystemClock }, Readings],
      // Rooms below may not import identity; they ask the edge's `Authenticator`, which it fills.
      exports: [Clock, IdentityModule],
    };
  }
}
