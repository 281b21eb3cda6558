import { type DynamicModule, Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Registry } from 'prom-client';
import { ExecutionCounters } from './execution-counters.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { RequestDurations } from './request-durations.js';

@Module({})
export class MetricsModule {
  /** Needs `RenumConfig`, an `Authenticator`, `Journal` and `Tail` around it. `durations` are filled by `measureRequests`. */
  static with(durations: RequestDurations): DynamicModule {
    // One registry for each application, not the library's global one: tests run several in one process.
    const registry = new Registry();
    return {
      module: MetricsModule,
      global: true,
      imports: [
        PrometheusModule.register({
          controller: MetricsController,
          defaultMetrics: { enabled: true, config: { register: registry } },
        }),
      ],
      providers: [
        { provide: Registry, useValue: registry },
        { provide: RequestDurations, useValue: durations },
        Metrics,
        ExecutionCounters,
      ],
      exports: [Registry, RequestDurations, Metrics],
    };
  }
}
