import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';

const READY_MS = 20_000;

/** Where this machine keeps the programs of PostgreSQL, the newest first; null: it has none. */
export function postgresPrograms(
  searched = (process.env.PATH ?? '').split(delimiter),
  packages = '/usr/lib/postgresql',
): string | null {
  const packaged = readFolder(packages)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(packages, version, 'bin'));
  return [...packaged, ...searched].find((folder) => ['initdb', 'postgres'].every(isIn(folder))) ?? null;
}

/**
 * A real PostgreSQL of the tests' own: in a folder that is thrown away, on a free port of this machine, writing as
 * safely as in production. Started by root it runs as somebody else, because as root it refuses.
 */
export class PostgresServer {
  #process: ChildProcess | null = null;
  #wasKilled = false;

  private constructor(
    private readonly folder: string,
    private readonly programs: string,
    private readonly port: number,
    private readonly user: SystemUser | null,
  ) {}

  /** Makes it in `folder`, which its user must be able to reach, and starts it. */
  static async make(folder: string): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (!programs) throw new Error('This machine has no PostgreSQL: apt-get install postgresql');
    const user = process.getuid?.() === 0 ? somebodyElse() : null;
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    const server = new PostgresServer(folder, programs, await freePort(), user);
    server.#initialise();
    await server.start();
    return server;
  }

  /** Of one of its databases. */
  url(database = 'postgres'): string {
    return `postgres://renum@127.0.0.1:${this.port}/${database}`;
  }

  /** Nothing happens while it runs. */
  async start(): Promise<void> {
    if (this.#process && !hasEnded(this.#process)) return;
    const deadline = performance.now() + READY_MS;
    while (!(await this.#isStarted(deadline))) {
      // Sessions of one that was killed may hold its memory for a moment longer.
      if (!this.#wasKilled || performance.now() > deadline) throw new Error('PostgreSQL did not start.');
    }
    this.#wasKilled = false;
  }

  /**
   * `fast` ends every session, as an operator would; `crash` is a power cut; `kill` is the end of its first process
   * alone: the others notice by themselves.
   */
  async stop(how: 'fast' | 'crash' | 'kill' = 'fast'): Promise<void> {
    const running = this.#process;
    if (!running || hasEnded(running)) return;
    const ended = once(running, 'exit');
    running.kill(SIGNALS[how]);
    this.#wasKilled = how === 'kill';
    await ended;
  }

  /** False: it ended instead. */
  async #isStarted(deadline: number): Promise<boolean> {
    const settings = ['fsync=on', 'listen_addresses=127.0.0.1', 'max_connections=300', 'shared_buffers=64MB'];
    const args = ['-D', this.#data, '-p', `${this.port}`, '-k', this.#data, ...settings.flatMap((one) => ['-c', one])];
    const started = spawn(join(this.programs, 'postgres'), args, { stdio: 'ignore', cwd: '/', ...this.user });
    this.#process = started;
    while (!this.#isReady(started)) {
      if (hasEnded(started)) return false;
      if (performance.now() > deadline) throw new Error('PostgreSQL did not start.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  #initialise(): void {
    mkdirSync(this.#data, { mode: 0o700 });
    if (this.user) chownSync(this.#data, this.user.uid, this.user.gid);
    const args = ['-D', this.#data, '-U', 'renum', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const { status, stderr } = spawnSync(join(this.programs, 'initdb'), args, {
      ...this.user,
      cwd: '/',
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }

  /** Its own file says so, without a connection that could come too early. */
  #isReady({ pid }: ChildProcess): boolean {
    try {
      const lines = readFileSync(join(this.#data, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
    } catch {
      return false;
    }
  }
}

const SIGNALS = { fast: 'SIGINT', crash: 'SIGQUIT', kill: 'SIGKILL' } as const;

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

function somebodyElse(): SystemUser {
  for (const name of ['postgres', 'nobody']) {
    try {
      const idOf = (flag: string): number => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch {
      // This machine does not know that user.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is nobody else.');
}

/** Somebody else could take it before it is used; then the server says that it did not start. */
async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  socket.close();
  await once(socket, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function isIn(folder: string): (program: string) => boolean {
  return (program) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
}
