import { type DynamicModule, Module } from '@nestjs/common';
import { KeyRing } from './key-ring.js';

/** Hands the installation's keys to every room. */
@Module({})
export class SecretsModule {
  static of(ring: KeyRing): DynamicModule {
    return {
      module: SecretsModule,
      global: true,
      providers: [{ provide: KeyRing, useValue: ring }],
      exports: [KeyRing],
    };
  }
}
