import { join } from 'node:path';
import { callAgain } from './load.js';
import type { Options } from './options.js';
import { say } from './pit.js';
import { COMPLETED, Renum } from './renum.js';
import { spreadOf } from './statistics.js';
import { atMost, type Figure } from './table.js';
import type { TempFolders } from './temp-folders.js';

const RUNS = 1_000;
const MEMORY = ['--expose-gc', '--require', join(__dirname, 'memory.cjs')];

interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

interface PerRun {
  readonly residentKb: number;
  readonly heapKb: number;
}

/** What a run costs that waits for its agent: a thousand of them, after garbage is collected. */
export async function measureWaiting(options: Options, folders: TempFolders): Promise<readonly Figure[]> {
  const perRun: PerRun[] = [];
  const rounds = Math.min(options.rounds, 3);
  for (let round = 1; round <= rounds; round++) {
    perRun.push(await waitOnce(folders.make()));
    const { residentKb, heapKb } = perRun.at(-1) ?? { residentKb: 0, heapKb: 0 };
    say(
      `waiting runs: round ${round} of ${rounds}: ${residentKb.toFixed(1)} KB resident, ${heapKb.toFixed(1)} KB heap`,
    );
  }
  const resident = spreadOf(perRun.map(({ residentKb }) => residentKb));
  return [
    { what: 'memory per waiting run, resident', unit: 'KB', ours: resident, target: atMost(60, resident, '≤ 60 KB') },
    { what: 'memory per waiting run, heap', unit: 'KB', ours: spreadOf(perRun.map(({ heapKb }) => heapKb)) },
  ];
}

async function waitOnce(dataDir: string): Promise<PerRun> {
  const server = await Renum.start(dataDir, { nodeOptions: MEMORY });
  const { program } = server;
  const user = await server.signUp();
  const team = await user.makeTeam('sequential', 1);
  // As much work as is measured, so that only what stays is new.
  const until = { count: RUNS };
  await callAgain({ kind: 'calls', call: user.run(team), inFlight: 16, until, expect: COMPLETED });
  const before = await program.ask<Memory>('memory');
  const call = user.begin(team, '[[sleep:10000]] Wait.');
  await callAgain({ kind: 'calls', call, inFlight: 16, until, expect: 'pending' });
  const after = await program.ask<Memory>('memory');
  await program.kill9();
  return {
    residentKb: (after.rss - before.rss) / RUNS / 1_000,
    heapKb: (after.heapUsed - before.heapUsed) / RUNS / 1_000,
  };
}
