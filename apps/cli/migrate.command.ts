import type { Migrations } from '#libs/platform/database/index.js';
import { type Command, JSON_OPTION, UsageProblem } from './command.js';
import { table } from './table.js';
import type { Terminal } from './terminal.js';

interface Standing {
  readonly name: string;
  readonly applied_at: string | null;
}

export const migrateStatus: Command = {
  words: ['migrate', 'status'],
  summary: 'show which changes of the schema the database has',
  details: 'Works beside a running server and changes nothing. Ends with 1 when something is missing.',
  options: JSON_OPTION,
  async run({ switches }, terminal) {
    const installation = await installationAt(terminal);
    const standings = installation.hasDatabase
      ? await installation.beside(({ migrations }) => standingsOf(migrations))
      : await nothingYet();
    if (!installation.hasDatabase) terminal.err(`There is no database yet: ${installation.place}\n`);
    if (switches.has('json')) terminal.out(`${JSON.stringify(standings, null, 2)}\n`);
    else terminal.out(table(standings.map(({ name, applied_at }) => [name, applied_at ?? 'missing'])));
    return standings.every(({ applied_at }) => applied_at !== null) ? 0 : 1;
  },
};

export const migrateUp: Command = {
  words: ['migrate', 'up'],
  summary: 'bring the database to the schema of this release',
  details: 'A server does the same when it starts, so it may not run meanwhile.',
  options: JSON_OPTION,
  async run({ switches }, terminal) {
    const names = await (await installationAt(terminal)).alone(({ migrations }) => migrations.up());
    return done(names, 'applied', switches.has('json'), terminal);
  },
};

export const migrateDown: Command = {
  words: ['migrate', 'down'],
  summary: 'take the last changes of the schema back, with everything their tables hold',
  details: 'For going back to the release before. The server may not run meanwhile.',
  options: { steps: { value: 'N', about: 'how many of them (1)' }, ...JSON_OPTION },
  async run({ switches, values }, terminal) {
    const steps = stepsIn(values.get('steps') ?? '1');
    const installation = await installationAt(terminal);
    const names = installation.hasDatabase ? await installation.alone(({ migrations }) => migrations.down(steps)) : [];
    return done(names, 'taken back', switches.has('json'), terminal);
  },
};

async function installationAt(terminal: Terminal) {
  const { Installation } = await import('./installation.js');
  return Installation.at(terminal);
}

async function standingsOf(migrations: Migrations): Promise<readonly Standing[]> {
  return (await migrations.status()).map(({ name, appliedAt }) => ({
    name,
    applied_at: appliedAt === null ? null : new Date(appliedAt).toISOString(),
  }));
}

async function nothingYet(): Promise<readonly Standing[]> {
  const { migrations } = await import('#migrations/index.js');
  return migrations.map(({ name }) => ({ name, applied_at: null }));
}

function stepsIn(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageProblem('--steps must be a whole number from 1 to 9999.');
  return Number(text);
}

function done(names: readonly string[], what: string, isJson: boolean, terminal: Terminal): 0 {
  if (isJson) terminal.out(`${JSON.stringify(names)}\n`);
  else terminal.out(names.length === 0 ? 'Nothing to do.\n' : names.map((name) => `${name} ${what}\n`).join(''));
  return 0;
}
