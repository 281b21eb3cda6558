import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export const MEASURES = ['fsync', 'start', 'run', 'fanout', 'step', 'get', 'waiting', 'crash'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Options {
  readonly only: readonly Measure[];
  readonly rounds: number;
  /** How long each cell of a round is loaded. */
  readonly cellMs: number;
  readonly isQuick: boolean;
  /** On which disk everything is written. */
  readonly dir: string;
}

export const USAGE = `npm run bench -- [--only ${MEASURES.join(',')}] [--rounds N] [--quick] [--dir FOLDER]`;

/** Throws an error with the usage for what it does not know. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const isQuick = values.quick;
  const rounds = Number(values.rounds ?? (isQuick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number above 0.\n${USAGE}`);
  return { only: chosen(values.only), rounds, cellMs: isQuick ? 400 : 2_000, isQuick, dir: values.dir };
}

function chosen(only: string | undefined): readonly Measure[] {
  if (only === undefined) return MEASURES;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !MEASURES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}.\n${USAGE}`);
  return MEASURES.filter((name) => names.includes(name));
}
