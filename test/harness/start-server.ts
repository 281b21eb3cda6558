import type { Type } from '@nestjs/common';
import type { RunningServer } from '../../apps/server/running-server.js';
import { serve } from '../../apps/server/serve.js';
import { placed, type Variables } from './database-place.js';
import { HttpClient } from './http-client.js';

/** The whole server in this process, on a free port. */
export class TestServer {
  readonly http: HttpClient;

  constructor(
    readonly running: RunningServer,
    readonly dataDir: string,
    /** What it said, line by line. */
    readonly lines: readonly string[],
  ) {
    this.http = new HttpClient(running.url);
  }

  get url(): string {
    return this.running.url;
  }

  /** A part of it, for what cannot be seen from outside. */
  part<T>(type: Type<T> | (abstract new (...needs: never[]) => T)): T {
    return this.running.app.get(type, { strict: false });
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

export const QUIET: Variables = {
  RENUM_ENV: 'test',
  PORT: '0',
  LOG_LEVEL: 'silent',
  LOG_FORMAT: 'json',
  RENUM_RATE_LIMIT_PER_MINUTE: '0',
};

const started = new Set<TestServer>();

/**
 * Starts one with nothing of the surrounding environment: `test`, a free port, silent, unlimited, records in memory
 * unless `RENUM_TEST_DATABASE` says otherwise. For records that outlive it say `...DURABLE` and give `RENUM_DATA_DIR`; for
 * a file in any case say `DATABASE_URL: ''`. Ended after the file's tests if a test did not end it.
 */
export async function startServer(env: Variables = {}): Promise<TestServer> {
  const own = await placed(env, 'memory');
  const lines: string[] = [];
  const running = await serve({
    env: { ...QUIET, ...own },
    out: { write: (line) => void lines.push(line) },
    folder: process.cwd(),
  });
  const server = new TestServer(running, own.RENUM_DATA_DIR, lines);
  started.add(server);
  return server;
}

afterAll(async () => {
  await Promise.all([...started].map((server) => server.stop()));
  started.clear();
});
