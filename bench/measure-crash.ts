import { callAgain } from './load.js';
import type { Options } from './options.js';
import { say } from './pit.js';
import { Renum } from './renum.js';
import { spreadOf } from './statistics.js';
import type { Figure } from './table.js';
import type { TempFolders } from './temp-folders.js';

const RUNS = 50;
const AGENT_MS = 1_000;

/** A server that is killed with 50 runs in flight: how much later than their agents need do they end in the next one? */
export async function measureCrash(options: Options, folders: TempFolders): Promise<readonly Figure[]> {
  const lateMs: number[] = [];
  const rounds = Math.min(options.rounds, 3);
  for (let round = 1; round <= rounds; round++) {
    lateMs.push(await crashOnce(folders.make()));
    say(`crash: round ${round} of ${rounds}: all done ${lateMs.at(-1)?.toFixed(0)} ms beyond their agents' time`);
  }
  return [{ what: '50 runs in flight at a kill -9: done after ready', unit: 'ms', ours: spreadOf(lateMs) }];
}

async function crashOnce(dataDir: string): Promise<number> {
  const first = await Renum.start(dataDir);
  const user = await first.signUp();
  const team = await user.makeTeam('sequential', 1);
  const call = user.begin(team, `[[sleep:${AGENT_MS}]] Wait.`);
  await callAgain({ kind: 'calls', call, inFlight: 10, until: { count: RUNS }, expect: 'pending' });
  const runs: readonly { readonly execution_id: string }[] = await user.get(`/api/v1/executions?limit=${RUNS}`);
  await first.program.kill9();

  const second = await Renum.start(dataDir);
  const ready = performance.now();
  const again = user.at(second.url);
  const ended = runs.map(({ execution_id }) => again.resultOf(execution_id));
  const statuses = (await Promise.all(ended)).map(({ status }) => status);
  const tookMs = performance.now() - ready;
  await second.program.stop();
  if (statuses.length !== RUNS || statuses.some((status) => status !== 'completed'))
    throw new Error(`Of ${RUNS} runs ${statuses.length} were found, as ${[...new Set(statuses)].join(', ')}.`);
  return tookMs - AGENT_MS;
}
