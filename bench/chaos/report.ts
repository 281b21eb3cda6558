import { percentile } from '../statistics.js';
import { inColumns } from '../table.js';
import type { Verdict } from './chaos.js';
import type { Finding } from './findings.js';
import type { Kill } from './ring.js';

const HEADINGS = ['killed at', 'kills', 'acknowledged', 'lost', 'doubled', 'ready again p50', 'p95', 'max (ms)'];
const MOST_SHOWN = 20;

/** One line for each moment: how often, with how many acknowledged runs under way, and what came of them. */
export function reportOf({ kills, accepted, asked, happened, findings }: Verdict): string {
  const moments = [...new Set(kills.map(({ how }) => how))].sort();
  const rows = moments.map((how) => rowOf(how, kills, findings, (kill) => kill?.how === how));
  const total = rowOf('all', kills, findings, () => true);
  const broken = findings.filter(({ kind }) => kind === 'broken').length;
  return [
    inColumns([HEADINGS, ...rows, total]),
    '',
    inColumns([['what happened', 'times'], ...inOrder(happened)]),
    '',
    `${accepted} runs accepted, models asked ${asked} times, ${broken} other findings`,
    ...findings.slice(0, MOST_SHOWN).map(({ kind, text }) => `${kind}: ${text}`),
    ...(findings.length > MOST_SHOWN ? [`… and ${findings.length - MOST_SHOWN} more`] : []),
  ].join('\n');
}

function rowOf(
  name: string,
  kills: readonly Kill[],
  findings: readonly Finding[],
  belongs: (kill: Kill | undefined) => boolean,
): readonly string[] {
  const own = kills.filter(belongs);
  const recoveries = own.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  // What was done or noticed counts against the kill before it.
  const blamed = findings.filter(({ at }) => belongs(kills.findLast((kill) => kill.at <= at)));
  return [
    name,
    String(own.length),
    String(own.reduce((sum, { open }) => sum + open, 0)),
    String(blamed.filter(({ kind }) => kind === 'lost').length),
    String(blamed.filter(({ kind }) => kind === 'doubled').length),
    ...[0.5, 0.95, 1].map((share) => shown(percentile(recoveries, share))),
  ];
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)) : '–';
}

function inOrder(happened: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  return [...happened].sort(([a], [b]) => a.localeCompare(b)).map(([name, times]) => [name, String(times)]);
}
