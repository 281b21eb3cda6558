// Keeps one PostgreSQL for a whole run of the tests: `postgres-keeper.ts FOLDER PID`. It ends, and takes the folder with
// it, when it is told to or when the process PID is gone, however that ended.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PostgresServer } from './postgres-server.js';

const LOOK_MS = 500;

async function keep(folder: string, pid: number): Promise<void> {
  writeFileSync(join(folder, 'keeper.pid'), `${process.pid}`);
  const server = await PostgresServer.make(join(folder, 'postgres'));
  const draft = join(folder, 'postgres.url.new');
  writeFileSync(draft, server.url());
  renameSync(draft, join(folder, 'postgres.url'));

  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    setInterval(() => isAlive(pid) || resolve(), LOOK_MS);
  });
  await server.stop('crash');
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

keep(process.argv[2] ?? '', Number(process.argv[3])).catch((error: unknown) => {
  writeFileSync(join(process.argv[2] ?? '', 'postgres.failure'), String(error));
  process.exit(1);
});
