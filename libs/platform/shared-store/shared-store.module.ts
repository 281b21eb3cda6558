import { Module } from '@nestjs/common';
import { Counters } from './counters.js';
import { DurableStore } from './durable.store.js';
import { ProcessCounters } from './process.counters.js';
import { SharedStore } from './shared-store.js';

/** What several processes share, and one process keeps for itself. Wants `Database` and `Clock` to be global. */
@Module({
  providers: [
    { provide: Counters, useClass: ProcessCounters },
    { provide: SharedStore, useClass: DurableStore },
  ],
  exports: [Counters, SharedStore],
})
export class SharedStoreModule {}
