// `npm run mutate`: changes the pure files of libs/workflow in hundreds of small ways, one at a time, and prints which
// changes no test notices. Names choose some files: `npm run mutate -- due fold`. Takes minutes; no part of `npm test`.
// The mutator is fetched when it is asked for: in the lockfile it would add a fifth to everybody's first start.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const VERSION = '10.0.0';
const PACKAGES = [`@stryker-mutator/core@${VERSION}`, `@stryker-mutator/jest-runner@${VERSION}`];
const WITHOUT_DECISIONS = ['index', 'events', 'workflow'];

const names = globSync('libs/workflow/*.ts')
  .map((file) => basename(file, '.ts'))
  .filter((name) => !name.endsWith('.spec') && !WITHOUT_DECISIONS.includes(name));
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exit(2);
}

const config = {
  mutate: (chosen.length > 0 ? chosen : names).map((name) => `libs/workflow/${name}.ts`),
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.cjs',
    // Not the properties: they take seconds, and a change that only they notice deserves a sentence of its own.
    config: { testMatch: ['<rootDir>/libs/workflow/!(*.properties).spec.ts'], reporters: [], collectCoverage: false },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  timeoutMS: 5_000,
  // There is nothing to rewrite for a sandbox: SWC compiles each file without looking at the others.
  tsconfigFile: 'none.json',
  disableTypeChecks: true,
  ignorePatterns: ['/data', '/dist', '/coverage', '/docs', '/test', '/apps'],
  tempDirName: 'data/.mutants',
  reporters: ['clear-text'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  allowConsoleColors: false,
};

const folder = mkdtempSync(join(tmpdir(), 'renum-mutate-'));
const file = join(folder, 'stryker.json');
writeFileSync(file, JSON.stringify(config));
const packages = PACKAGES.map((name) => `--package=${name}`);
const { status } = spawnSync('npm', ['exec', '--yes', ...packages, '--', 'stryker', 'run', file], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
