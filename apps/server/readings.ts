import type { Reading } from '#libs/metrics/index.js';
import type { Database } from '#libs/platform/database/index.js';

/** Figures that rooms keep for themselves and a scraper may see. */
export function readingsOf({ work }: Database): readonly Reading[] {
  return [
    {
      name: 'renum_database_transactions_total',
      help: 'Transactions committed since the start.',
      type: 'counter',
      read: () => work.transactions,
    },
    {
      name: 'renum_database_writes_waiting',
      help: 'Units of work that wait for their turn to write.',
      type: 'gauge',
      read: () => work.waiting,
    },
  ];
}
