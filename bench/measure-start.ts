import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from './caller.js';
import type { Options } from './options.js';
import { say } from './pit.js';
import type { Program } from './program.js';
import { Renum } from './renum.js';
import { spreadOf } from './statistics.js';
import { atMost, type Figure } from './table.js';
import type { TempFolders } from './temp-folders.js';

const REST_MS = 3_000;
const MEBIBYTE = 1024 * 1024;

interface Start {
  readonly readyMs: number;
  readonly firstLineMs: number;
  readonly idleMiB: number;
}

/** From the start of the process to its first promise, and what it then holds while nobody asks. */
export async function measureStarts(options: Options, folders: TempFolders): Promise<readonly Figure[]> {
  // The first start after a build fills Node's compile cache.
  await startOnce(folders.make(), 0);
  const starts: Start[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    starts.push(await startOnce(folders.make(), REST_MS));
    const { readyMs, idleMiB } = starts.at(-1) ?? { readyMs: 0, idleMiB: 0 };
    say(`start: round ${round} of ${options.rounds}: ready after ${readyMs.toFixed(0)} ms, ${idleMiB.toFixed(0)} MiB`);
  }
  const ready = spreadOf(starts.map(({ readyMs }) => readyMs));
  const idle = spreadOf(starts.map(({ idleMiB }) => idleMiB));
  return [
    { what: 'start to the first 200 of /readyz', unit: 'ms', ours: ready, target: atMost(1_000, ready, '≤ 1 s') },
    { what: 'start to the first line', unit: 'ms', ours: spreadOf(starts.map(({ firstLineMs }) => firstLineMs)) },
    { what: 'resident 3 s after ready', unit: 'MiB', ours: idle, target: atMost(150, idle, '≤ 150 MiB') },
  ];
}

async function startOnce(dataDir: string, restMs: number): Promise<Start> {
  const port = await freePort();
  const program = Renum.launch(dataDir, { port });
  await ready(`http://127.0.0.1:${port}`, program);
  const readyMs = performance.now() - program.startedAt;
  await program.says(/^renum listening on/m);
  await pause(restMs);
  const idleMiB = program.residentBytes / MEBIBYTE;
  await program.stop();
  return { readyMs, firstLineMs: program.firstLineMs, idleMiB };
}

/** Asks until the first 200, a little more often than a watchful balancer. */
export async function ready(url: string, program: Program): Promise<void> {
  const caller = new Caller();
  const ended = program.ended.then(() => {
    throw new Error('The server ended before it was ready.');
  });
  const call = { url: `${url}/readyz`, method: 'GET', headers: {} };
  while (!(await Promise.race([ended, caller.call(call).then(yes, no)]))) await pause(2);
  caller.close();
  ended.catch(() => undefined);
}

const yes = (): boolean => true;
const no = (): boolean => false;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
