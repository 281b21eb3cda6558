import type { Finding, Trouble } from '#libs/health/index.js';
import type { ExitCode } from './command.js';
import type { Paint } from './paint.js';

/** What one look of the doctor found. */
export interface Checkup {
  readonly name: string;
  readonly state: 'ok' | 'advice' | 'problem';
  readonly found: string;
  readonly trouble?: Trouble;
}

const STYLE = { ok: 'green', advice: 'yellow', problem: 'red' } as const;

/** A server that is only degraded can serve: that is advice. */
export function checkupOf(name: string, { verdict, found }: Finding): Checkup {
  const { status } = verdict;
  if (status !== 'up')
    return { name, state: status === 'down' ? 'problem' : 'advice', found: found ?? '', trouble: verdict };
  const { advice } = verdict;
  return { name, state: advice ? 'advice' : 'ok', found: found ?? '', ...(advice && { trouble: advice }) };
}

export function fine(name: string, found: string): Checkup {
  return { name, state: 'ok', found };
}

export function problem(name: string, found: string, trouble: Trouble): Checkup {
  return { name, state: 'problem', found, trouble };
}

/** One line for each look; below it why, what it costs and what mends it. */
export function reportOf(checkups: readonly Checkup[], paint: Paint): string {
  const width = Math.max(...checkups.map(({ name }) => name.length));
  return checkups
    .flatMap(({ name, state, found, trouble }) => [
      `${paint(STYLE[state], state.padEnd(7))}  ${name.padEnd(width)}  ${found}`.trimEnd(),
      ...(trouble ? toldBelow(trouble, ' '.repeat(width + 11)) : []),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function toldBelow({ because, impact, fix }: Trouble, indent: string): readonly string[] {
  return [because, impact, ...fix.map((step) => `-> ${step}`)]
    .filter((line) => line !== '')
    .flatMap((text) => text.split('\n'))
    .map((line) => `${indent}${line}`);
}

/** 78 when the configuration cannot be used, 1 when anything else is a problem. */
export function verdictOn(checkups: readonly Checkup[]): ExitCode {
  const problems = checkups.filter(({ state }) => state === 'problem');
  if (problems.some(({ name }) => name === 'configuration')) return 78;
  return problems.length > 0 ? 1 : 0;
}
