import { Client } from 'pg';
import { percentile, spreadOf } from './statistics.js';
import type { Figure } from './table.js';

const TIMES = 200;

/** What this PostgreSQL asks by itself, over the same kind of connection: to be asked at all, and to keep one row. */
export async function measurePostgres(url: string): Promise<readonly Figure[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE bench_commit (n int)');
    const asked = await times(() => client.query({ name: 'ask', text: 'SELECT 1' }));
    const kept = await times(() => client.query({ name: 'keep', text: 'INSERT INTO bench_commit VALUES (1)' }));
    await client.query('DROP TABLE bench_commit');
    return [
      { what: 'PostgreSQL: one round trip', unit: 'ms', ours: asked },
      { what: 'PostgreSQL: one round trip with a commit', unit: 'ms', ours: kept },
    ];
  } finally {
    await client.end();
  }
}

async function times(work: () => Promise<unknown>): Promise<Figure['ours']> {
  const tookMs: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const since = performance.now();
    await work();
    tookMs.push(performance.now() - since);
  }
  const { median, min } = spreadOf(tookMs);
  return { median, min, max: percentile(tookMs, 0.99) };
}
