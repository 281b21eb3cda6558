import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { placed, type Variables } from './database-place.js';
import { HttpClient } from './http-client.js';
import { QUIET } from './start-server.js';
import { until } from './until.js';

/** The built program as a process of its own: what is started, signalled and killed here is the real thing. */
export class SpawnedServer {
  /** Everything it wrote so far. */
  stdout = '';
  stderr = '';
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += String(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += String(chunk);
    });
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  /** Of the server itself, as its first line says it. */
  get pid(): number {
    return Number(this.#announced()?.[2]);
  }

  get url(): string {
    return this.#announced()?.[1] ?? '';
  }

  get http(): HttpClient {
    return new HttpClient(this.url);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Until the first line is there; fails with what it said instead if it ends before. */
  async listening(): Promise<this> {
    await until('the server listens', () => this.#announced() !== null || !this.isRunning, 30_000);
    if (!this.#announced())
      throw new Error(`The server ended with ${this.child.exitCode}:\n${this.stderr}${this.stdout}`);
    return this;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** As abruptly as a power cut, and waits until it is gone. */
  async kill9(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL');
    await this.ended;
  }

  #announced(): RegExpExecArray | null {
    return /^renum listening on (http:\/\/\S+) pid (\d+)$/m.exec(this.stdout);
  }
}

const MAIN = join(process.cwd(), 'dist/apps/server/main.js');
const alive = new Set<SpawnedServer>();

/**
 * Starts one and does not wait for it. Records are kept in a file of its folder unless `RENUM_TEST_DATABASE` or `env`
 * says otherwise.
 */
export async function launchServer(env: Variables = {}, command = [process.execPath, MAIN]): Promise<SpawnedServer> {
  if (!existsSync(MAIN)) throw new Error('The server is not built: npm run build');
  const own = await placed(env, 'embedded');
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...QUIET, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = new SpawnedServer(child, own.RENUM_DATA_DIR);
  alive.add(server);
  return server;
}

/** Starts one and waits until it listens: it is ready then. */
export async function spawnServer(env: Variables = {}): Promise<SpawnedServer> {
  return (await launchServer(env)).listening();
}

afterAll(async () => {
  await Promise.all([...alive].map((server) => server.kill9()));
  alive.clear();
});
