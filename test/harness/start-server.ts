import type { Type } from '@nestjs/common';
import type { RunningServer } from '../../apps/server/running-server.js';
import { serve } from '../../apps/server/serve.js';
import { HttpClient } from './http-client.js';
import { tempFolder } from './temp-folder.js';

export type Variables = Readonly<Record<string, string>>;

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
 * Starts one with nothing of the surrounding environment: `test`, a free port, silent, unlimited, records in memory. For
 * a real file say `DATABASE_URL: ''`; for a folder that outlives the server give `RENUM_DATA_DIR`. Ended after the
 * file's tests if a test did not end it.
 */
export async function startServer(env: Variables = {}): Promise<TestServer> {
  const dataDir = env.RENUM_DATA_DIR ?? tempFolder();
  const lines: string[] = [];
  const running = await serve({
    env: { ...QUIET, DATABASE_URL: 'memory:', RENUM_DATA_DIR: dataDir, ...env },
    out: { write: (line) => void lines.push(line) },
    folder: process.cwd(),
  });
  const server = new TestServer(running, dataDir, lines);
  started.add(server);
  return server;
}

afterAll(async () => {
  await Promise.all([...started].map((server) => server.stop()));
  started.clear();
});
