import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { ProviderKeys } from './provider-keys.js';
import { ProviderKeysStore } from './provider-keys.store.js';
import { Providers } from './providers.js';

/** Wants `Audit`, `Clock`, `Database`, `UnitOfWork`, `RenumConfig` and `Sealer` to be global. */
@Module({
  controllers: [ApiKeysController],
  providers: [Providers, ProviderKeysStore, ProviderKeys],
  exports: [Providers, ProviderKeys],
})
export class ProvidersModule {}
