import { Module } from '@nestjs/common';
import { Counters } from './counters.js';
import { ProcessCounters } from './process.counters.js';

/** What processes share, if there are several. Wants `Clock` to be global. */
@Module({
  providers: [{ provide: Counters, useClass: ProcessCounters }],
  exports: [Counters],
})
export class SharedStoreModule {}
