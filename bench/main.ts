/* `npm run bench`: what this house costs, measured beside a program that does the same without our promises. */
import { cpus, loadavg } from 'node:os';
import { PostgresServer } from '#libs/platform/database/testing/postgres-server.js';
import { measureCrash } from './measure-crash.js';
import { measureDisk } from './measure-disk.js';
import { measureParked } from './measure-parked.js';
import { measurePostgres } from './measure-postgres.js';
import { measureReads } from './measure-reads.js';
import { measureFanOut, measureRuns, measureStep } from './measure-runs.js';
import { measureStarts } from './measure-start.js';
import { measureWaiting } from './measure-waiting.js';
import { type Measure, type Options, optionsOf } from './options.js';
import { Pit } from './pit.js';
import { Program } from './program.js';
import { type Figure, tableOf } from './table.js';
import { TempFolders } from './temp-folders.js';

const IN_THE_PIT: Partial<Record<Measure, (pit: Pit) => Promise<readonly Figure[]>>> = {
  run: measureRuns,
  fanout: measureFanOut,
  step: measureStep,
  get: measureReads,
};

async function measureAll(options: Options, folders: TempFolders, databaseUrl: string): Promise<readonly Figure[]> {
  const wants = (measure: Measure): boolean => options.only.includes(measure);
  const figures: Figure[] = [];
  if (wants('fsync')) figures.push(...measureDisk(folders.make()));
  if (wants('fsync') && databaseUrl !== '') figures.push(...(await measurePostgres(databaseUrl)));
  if (wants('start')) figures.push(...(await measureStarts(options, folders)));
  const beside = options.only.flatMap((measure) => IN_THE_PIT[measure] ?? []);
  if (beside.length > 0) {
    const pit = await Pit.open(options, folders, databaseUrl);
    for (const measure of beside) figures.push(...(await measure(pit)));
    await pit.close();
  }
  if (wants('waiting')) figures.push(...(await measureWaiting(options, folders)));
  if (wants('parked')) figures.push(...(await measureParked(options, folders)));
  if (wants('crash')) figures.push(...(await measureCrash(options, folders)));
  return figures;
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  const folders = new TempFolders(options.dir);
  let postgres: PostgresServer | null = null;
  const leaveNothing = async (): Promise<void> => {
    await Program.killAll();
    await postgres?.stop('crash');
    folders.removeAll();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void leaveNothing().finally(() => process.exit(130)));
  try {
    if (options.database === 'postgres') postgres = await PostgresServer.make(folders.make());
    const figures = await measureAll(options, folders, postgres?.url() ?? '');
    const rounds = options.rounds === 1 ? 'one round' : `medians over ${options.rounds} rounds (lowest–highest)`;
    const { model = 'unknown' } = cpus()[0] ?? {};
    console.log(
      `${rounds}; ${cpus().length} × ${model.trim()}, Node ${process.versions.node}, files in ${options.dir}, ` +
        `records ${options.database === 'postgres' ? 'on a PostgreSQL of its own' : 'in a file'}, load ${loadavg()[0]?.toFixed(1)}\n`,
    );
    console.log(tableOf(figures));
  } finally {
    await leaveNothing();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
