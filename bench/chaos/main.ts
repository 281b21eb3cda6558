/* `npm run chaos`: kills a server under load, again and again, and looks for anything that was lost or done twice. */
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';
import type { BenchDatabase } from '../options.js';
import { Program } from '../program.js';
import { TempFolders } from '../temp-folders.js';
import { chaos } from './chaos.js';
import { reportOf } from './report.js';

const USAGE = 'npm run chaos -- [--kills N] [--seed N] [--database embedded|postgres] [--dir FOLDER]';

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly database: BenchDatabase;
  readonly dir: string;
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '500' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      database: { type: 'string', default: 'embedded' },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const kills = Number(values.kills);
  const seed = Number(values.seed);
  if (!Number.isInteger(kills) || kills < 1) throw new Error(`--kills must be a whole number above 0.\n${USAGE}`);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number.\n${USAGE}`);
  const { database, dir } = values;
  if (database !== 'embedded' && database !== 'postgres')
    throw new Error(`--database must be embedded or postgres.\n${USAGE}`);
  return { kills, seed, database, dir };
}

async function main(): Promise<void> {
  const { kills, seed, database, dir } = optionsOf(process.argv.slice(2));
  const folders = new TempFolders(dir);
  let postgres: PostgresServer | null = null;
  let isEvidence = false;
  const leaveNothing = async (): Promise<void> => {
    await Program.killAll();
    await postgres?.stop('crash');
    if (!isEvidence) folders.removeAll();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void leaveNothing().finally(() => process.exit(130)));
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const dataDir = folders.make();
    say(`seed ${seed}`);
    if (database === 'postgres') postgres = await PostgresServer.make(folders.make());
    const verdict = await chaos({ kills, seed, dataDir, postgres, say });
    console.log(`${kills} kills, seed ${seed}, ${database}, Node ${process.versions.node}\n`);
    console.log(reportOf(verdict));
    isEvidence = verdict.findings.length > 0;
    if (isEvidence) console.log(`The folders are kept for a look: ${folders.all.join(', ')}`);
    process.exitCode = isEvidence ? 1 : 0;
  } finally {
    await leaveNothing();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
