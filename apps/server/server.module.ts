import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseDependency, DiskDependency, HealthModule, Release, RuntimeDependency } from '#libs/health/index.js';
import { Journal, Tail } from '#libs/journal/index.js';
import { Clock, SystemClock } from '#libs/kernel/index.js';
import { MetricsModule, type RequestDurations } from '#libs/metrics/index.js';
import { ConfigurationModule, type RenumConfig } from '#libs/platform/config/index.js';
import { type Database, DatabaseModule } from '#libs/platform/database/index.js';
import { Authenticator } from '#libs/platform/http/index.js';
import { type Log, LogModule } from '#libs/platform/log/index.js';
import { ClosedDoor } from './closed-door.js';
import { FrontDoorController } from './front-door.controller.js';
import { readingsOf } from './readings.js';
import { VERSION } from './version.js';

/** What exists before the application does. */
export interface Ground {
  readonly config: RenumConfig;
  readonly log: Log;
  readonly database: Database;
  readonly durations: RequestDurations;
}

/** Wiring only: which rooms the server has, and what stands between them. */
@Module({})
export class ServerModule {
  static of({ config, log, database, durations }: Ground): DynamicModule {
    return {
      module: ServerModule,
      global: true,
      imports: [
        ConfigurationModule.forRoot(config),
        LogModule.forRoot(log),
        DatabaseModule.of(database),
        HealthModule.watching(dependenciesOf(config, database), new Release('renum', VERSION, Date.now())),
        MetricsModule.with(durations, readingsOf(database)),
      ],
      controllers: [FrontDoorController],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: Authenticator, useClass: ClosedDoor },
        { provide: Journal, useValue: { publicEvents: () => [] } },
        Tail,
      ],
      exports: [Clock, Authenticator, Journal, Tail],
    };
  }
}

function dependenciesOf(config: RenumConfig, database: Database) {
  const { mode } = database;
  return [
    new DatabaseDependency(database, config.database.mode),
    ...(mode === 'embedded' ? [new DiskDependency(config.dataDir)] : []),
    new RuntimeDependency(),
  ];
}
