// `npm run mutate`: changes the pure files of libs/workflow and libs/compiler in hundreds of small ways, one at a time,
// and prints each change that the specs of that file do not notice. Names choose some: `npm run mutate -- due fold`. Takes minutes and
// is no part of `npm test`. The mutator is fetched when it is asked for: in the lockfile it would add a fifth to
// everybody's first start.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const VERSION = '10.0.0';
const PACKAGES = ['core', 'jest-runner'].map((name) => `--package=@stryker-mutator/${name}@${VERSION}`);
const WITHOUT_DECISIONS = ['index', 'events', 'workflow'];

const files = globSync('libs/{workflow,compiler}/*.ts');
const specs = files.filter((file) => file.endsWith('.spec.ts'));
const pathOf = new Map(files.filter(isDecision).map((file) => [basename(file, '.ts'), file]));
const names = [...pathOf.keys()].sort((one, other) => one.localeCompare(other));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'renum-mutate-'));
const rows = [];
for (const name of chosen.length > 0 ? chosen : names) {
  const mutants = mutantsOf(name);
  for (const mutant of mutants.filter(isUnnoticed)) console.log(`${placeOf(name, mutant)}  ${changeOf(name, mutant)}`);
  rows.push(rowOf(name, mutants));
}
rmSync(folder, { recursive: true });
console.table(Object.fromEntries([...rows, totalOf(rows)].map(({ name, ...row }) => [name, row])));

function mutantsOf(name) {
  const config = join(folder, `${name}.config.json`);
  const report = join(folder, `${name}.json`);
  writeFileSync(config, JSON.stringify(configFor(name, report)));
  const run = spawnSync('npm', ['exec', '--yes', ...PACKAGES, '--', 'stryker', 'run', config], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${name}: ${run.signal ?? run.status} ${run.stdout}${run.stderr}`);
  return Object.values(JSON.parse(readFileSync(report, 'utf8')).files).flatMap(({ mutants }) => mutants);
}

function configFor(name, report) {
  return {
    mutate: [pathOf.get(name)],
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      configFile: 'jest.config.cjs',
      config: { testMatch: specsFor(name), reporters: [], collectCoverage: false },
      enableFindRelatedTests: false,
    },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: 10_000,
    // There is nothing to rewrite for a sandbox: SWC compiles each file without looking at the others.
    tsconfigFile: 'none.json',
    disableTypeChecks: true,
    ignorePatterns: ['/data', '/dist', '/coverage', '/docs', '/test', '/apps', '/migrations'],
    tempDirName: 'data/.mutants',
    reporters: ['json'],
    jsonReporter: { fileName: report },
    logLevel: 'error',
  };
}

/** A file's own spec, or that of the file it is a part of (`compile` for `compile-order`); else its room's but the properties. */
function specsFor(name) {
  const room = specs.filter((spec) => dirname(spec) === dirname(pathOf.get(name)));
  const own = room.filter((spec) => `${name}-`.startsWith(`${basename(spec, '.spec.ts')}-`));
  const all = room.filter((spec) => !spec.endsWith('.properties.spec.ts'));
  return (own.length > 0 ? own : all).map((spec) => `<rootDir>/${spec}`);
}

function isDecision(file) {
  return !file.endsWith('.spec.ts') && !WITHOUT_DECISIONS.includes(basename(file, '.ts'));
}

function isUnnoticed({ status }) {
  return status === 'Survived' || status === 'NoCoverage';
}

function placeOf(name, { location: { start } }) {
  return `${pathOf.get(name)}:${start.line}:${start.column}`;
}

function changeOf(name, { replacement, location: { start, end } }) {
  const lines = readFileSync(pathOf.get(name), 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return [lines.join('\n'), replacement].map((text) => text.replaceAll(/\s+/g, ' ').slice(0, 100)).join('  →  ');
}

function rowOf(name, mutants) {
  const counted = mutants.filter(({ status }) => status !== 'CompileError' && status !== 'RuntimeError');
  return { name, mutants: counted.length, unnoticed: counted.filter(isUnnoticed).length };
}

function totalOf(all) {
  const sum = (key) => all.reduce((total, row) => total + row[key], 0);
  return { name: 'all', mutants: sum('mutants'), unnoticed: sum('unnoticed') };
}
