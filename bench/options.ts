import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const MEASURES = ['fsync', 'start', 'run', 'fanout', 'step', 'get', 'waiting', 'parked', 'crash'] as const;
export type Measure = (typeof MEASURES)[number];

/** What is measured on PostgreSQL too: the others are about files. */
const ON_POSTGRES: readonly Measure[] = ['fsync', 'run', 'fanout', 'step', 'get'];

export type BenchDatabase = 'embedded' | 'postgres';

export interface Options {
  readonly only: readonly Measure[];
  readonly rounds: number;
  /** How long each cell of a round is loaded. */
  readonly cellMs: number;
  readonly isQuick: boolean;
  /** Where ours keeps its records; the floor keeps its own in a file. */
  readonly database: BenchDatabase;
  /** On which disk everything is written. */
  readonly dir: string;
}

export const USAGE = `npm run bench -- [--only ${MEASURES.join(',')}] [--rounds N] [--quick] [--database embedded|postgres] [--dir FOLDER]`;

/** Throws an error with the usage for what it does not know. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      database: { type: 'string', default: 'embedded' },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const isQuick = values.quick;
  const rounds = Number(values.rounds ?? (isQuick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number above 0.\n${USAGE}`);
  const { database, dir } = values;
  if (database !== 'embedded' && database !== 'postgres')
    throw new Error(`--database must be embedded or postgres.\n${USAGE}`);
  const only = chosen(values.only, database === 'postgres' ? ON_POSTGRES : MEASURES);
  return { only, rounds, cellMs: isQuick ? 400 : 2_000, isQuick, database, dir };
}

function chosen(only: string | undefined, all: readonly Measure[]): readonly Measure[] {
  if (only === undefined) return all;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !all.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`Unknown, or not on this database: ${unknown.join(', ')}.\n${USAGE}`);
  return all.filter((name) => names.includes(name));
}
