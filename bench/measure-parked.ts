import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callAgain } from './load.js';
import { freePort, ready } from './measure-start.js';
import type { Options } from './options.js';
import { say } from './pit.js';
import type { Program } from './program.js';
import { COMPLETED, Renum, type User } from './renum.js';
import { spreadOf } from './statistics.js';
import { atMost, type Figure } from './table.js';
import type { TempFolders } from './temp-folders.js';

const WEIGHED = [
  '--expose-gc',
  ...['memory.cjs', 'timers.cjs'].flatMap((file) => ['--require', join(__dirname, file)]),
];
const A_DAY = { approval: { when: 'before', expires_s: 86_400 } };

interface Weight {
  readonly rss: number;
  readonly heapUsed: number;
  /** Timers that wait. */
  readonly timers: number;
}

interface Parked {
  readonly residentKb: number;
  readonly heapKb: number;
  readonly timers: number;
  readonly readyMs: number;
  /** Of a server that nobody ever used, on the same machine in the same minute. */
  readonly emptyMs: number;
  readonly timersAgain: number;
}

/** What runs cost that wait a day for people: ten thousand of them, and a restart with all of them there. */
export async function measureParked(options: Options, folders: TempFolders): Promise<readonly Figure[]> {
  const runs = options.isQuick ? 1_000 : 10_000;
  const rounds = Math.min(options.rounds, 3);
  const all: Parked[] = [];
  for (let round = 1; round <= rounds; round++) {
    const one = await parkOnce(folders, runs);
    all.push(one);
    say(
      `${runs} parked runs: round ${round} of ${rounds}: ${one.residentKb.toFixed(2)} KB resident and ` +
        `${one.heapKb.toFixed(2)} KB heap each, ${one.timers} timers more; ready again after ${one.readyMs.toFixed(0)} ms ` +
        `(${one.emptyMs.toFixed(0)} ms without any)`,
    );
  }
  const of = (figure: keyof Parked) => spreadOf(all.map((one) => one[figure]));
  const [resident, heap, timers, readyMs] = [of('residentKb'), of('heapKb'), of('timers'), of('readyMs')];
  return [
    { what: 'memory per parked run, resident', unit: 'KB', ours: resident, target: atMost(1, resident, '≤ 1 KB') },
    { what: 'memory per parked run, heap', unit: 'KB', ours: heap, target: atMost(1, heap, '≤ 1 KB') },
    { what: `timers more for ${runs} parked runs`, unit: '', ours: timers, target: atMost(1, timers, '≤ 1') },
    {
      what: `ready again with ${runs} parked runs`,
      unit: 'ms',
      ours: readyMs,
      floor: of('emptyMs'),
      against: { says: 'ours − floor', spread: spreadOf(all.map((one) => one.readyMs - one.emptyMs)) },
      target: atMost(2_000, readyMs, '≤ 2 s'),
    },
    { what: 'timers after that', unit: '', ours: of('timersAgain') },
  ];
}

async function parkOnce(folders: TempFolders, runs: number): Promise<Parked> {
  const dataDir = folders.make();
  const server = await Renum.start(dataDir, { nodeOptions: WEIGHED });
  const user = await server.signUp();
  // As much work as is measured, so that only what stays is new.
  const team = await user.makeTeam('sequential', 1);
  await callAgain({ kind: 'calls', call: user.run(team), inFlight: 16, until: { count: runs }, expect: COMPLETED });
  const before = await weigh(server.program);
  const patient = await user.makeTeam('sequential', 1, A_DAY);
  const call = user.begin(patient, 'Wait.');
  await callAgain({ kind: 'calls', call, inFlight: 16, until: { count: runs }, expect: 'pending' });
  const after = await weigh(server.program);
  await server.program.kill9();

  const empty = await readyOn(folders.make());
  await empty.program.kill9();
  const again = await readyOn(dataDir);
  await decideOne(user.at(again.url), runs);
  const timersAgain = (await weigh(again.program)).timers;
  await again.program.kill9();
  return {
    residentKb: (after.rss - before.rss) / runs / 1_000,
    heapKb: (after.heapUsed - before.heapUsed) / runs / 1_000,
    timers: after.timers - before.timers,
    readyMs: again.readyMs,
    emptyMs: empty.readyMs,
    timersAgain,
  };
}

/** When nothing is under way any more, and what a moment needed is given back. */
async function weigh(program: Program): Promise<Weight> {
  await pause(2_000);
  return program.ask<Weight>('weigh');
}

async function readyOn(dataDir: string): Promise<{ program: Program; url: string; readyMs: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = Renum.launch(dataDir, { port, nodeOptions: WEIGHED });
  await ready(url, program);
  return { program, url, readyMs: performance.now() - program.startedAt };
}

/** All of them are there, and one that is decided goes on to its end. */
async function decideOne(user: User, runs: number): Promise<void> {
  const { items, total } = await user.get('/api/v1/approvals?limit=1');
  if (total !== runs) throw new Error(`${total} of ${runs} questions are left.`);
  const [{ id, execution_id }] = items;
  await user.post(`/api/v1/approvals/${id}/decide`, { decision: 'approve' });
  const { status } = await user.resultOf(execution_id);
  if (status !== 'completed') throw new Error(`A parked run ended ${status}.`);
}
