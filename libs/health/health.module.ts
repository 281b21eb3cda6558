import { type DynamicModule, Module } from '@nestjs/common';
import type { Dependency } from './dependency.js';
import { HealthController } from './health.controller.js';
import { Dependencies, HealthWatch } from './health-watch.js';
import { Lifecycle } from './lifecycle.js';
import { ProbesController } from './probes.controller.js';
import { Release } from './release.js';

@Module({})
export class HealthModule {
  /** `dependencies` in the order in which they are shown. Needs `Clock`, `Database` and an `Authenticator` around it. */
  static watching(dependencies: readonly Dependency[], release: Release): DynamicModule {
    return {
      module: HealthModule,
      controllers: [ProbesController, HealthController],
      providers: [
        Lifecycle,
        HealthWatch,
        { provide: Dependencies, useValue: new Dependencies(dependencies) },
        { provide: Release, useValue: release },
      ],
      exports: [Lifecycle, HealthWatch, Release],
    };
  }
}
