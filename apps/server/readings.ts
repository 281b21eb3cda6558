import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Engine } from '#libs/executions/index.js';
import { Metrics } from '#libs/metrics/index.js';
import { Database } from '#libs/platform/database/index.js';

/** Shows a scraper the figures that rooms keep for themselves. */
@Injectable()
export class Readings implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly engine: Engine,
    private readonly database: Database,
  ) {}

  onModuleInit(): void {
    const { metrics, engine } = this;
    const { work } = this.database;
    metrics.gauge(
      'renum_queue_depth',
      'Steps that are due and wait for a free place in this process.',
      () => engine.load.queued,
    );
    metrics.gauge('renum_executions_in_memory', 'Executions that this process advances now.', () => engine.load.runs);
    metrics.gauge(
      'renum_database_writes_waiting',
      'Units of work that wait for their turn to write.',
      () => work.waiting,
    );
    metrics.counter('renum_database_transactions_total', 'Transactions committed.', () => work.transactions);
  }
}
