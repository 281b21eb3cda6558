import { type DynamicModule, Module } from '@nestjs/common';
import { KeyRing } from './key-ring.js';
import { Sealer } from './sealer.js';

/** Hands the installation's keys, and what seals with them, to every room. */
@Module({})
export class SecretsModule {
  static of(ring: KeyRing): DynamicModule {
    return {
      module: SecretsModule,
      global: true,
      providers: [
        { provide: KeyRing, useValue: ring },
        { provide: Sealer, useValue: new Sealer(ring) },
      ],
      exports: [KeyRing, Sealer],
    };
  }
}
