import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const here = resolve(__dirname, '..');

/** Wrong imports, each as `file → imported`, by the rule that must refuse them. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'platform-uses-only-kernel': ['libs/platform/log/log.ts → #libs/teams/index.js'],
  'kernel-uses-nothing-of-ours': [
    'libs/kernel/rest.ts → #libs/platform/log/index.js',
    'libs/kernel/nest.ts → @nestjs/common',
  ],
  'teams-uses-only-its-own': ['libs/teams/teams.service.ts → #libs/executions/index.js'],
  'agents-uses-only-its-own': [
    'libs/agents/agents.service.ts → #libs/identity/index.js',
    'libs/agents/describe-agent.ts → #libs/runners/index.js',
  ],
  'client-uses-nothing-of-ours': ['libs/client/client.ts → #libs/kernel/index.js'],
  'a-room-has-its-arrows': ['libs/surprise/surprise.ts → #libs/kernel/index.js'],
  'decisions-are-pure': [
    'libs/workflow/due.ts → @nestjs/common',
    'libs/workflow/fold.ts → fs',
    'libs/workflow/price.ts → #libs/platform/log/index.js',
    'libs/workflow/conditions.ts → #libs/compiler/index.js',
    'libs/security/core/score.ts → #libs/health/core/threshold.js',
  ],
  'the-compiler-is-pure': [
    'libs/compiler/diagnose.ts → @nestjs/common',
    'libs/compiler/read-workflow.ts → fs',
    'libs/compiler/judge-agents.ts → #libs/platform/log/index.js',
  ],
  'a-room-is-entered-by-its-index': [
    'libs/executions/engine.ts → #libs/teams/team.js',
    'libs/platform/cache/cache.ts → #libs/platform/log/log.js',
  ],
  'a-room-is-entered-by-its-index-from-outside': ['apps/server/app.module.ts → #libs/teams/team.js'],
  'apps-are-not-imported': ['libs/live/live.ts → ../../apps/server/app.module.js'],
  'tests-stay-with-tests': ['libs/usage/usage.ts → ./testing/world.js'],
  'persistence-has-its-places': [
    'libs/teams/teams.controller.ts → typeorm',
    'libs/usage/ledger.ts → better-sqlite3',
    'apps/server/main.ts → typeorm',
  ],
  'one-way-out': ['libs/runners/http.runner.ts → undici', 'libs/live/hook.ts → https'],
  'the-document-is-made-beside-the-server': ['libs/teams/shown.views.ts → @nestjs/swagger'],
  'names-say-what-it-is': ['libs/live/watch.ts → ./string-utils.js', 'libs/live/open.ts → ./dto/open.js'],
  'no-cycles': ['libs/collaboration/a.ts → ./b.js', 'libs/collaboration/b.ts → ./a.js'],
  'everything-resolves': ['libs/providers/lost.ts → ./nowhere.js'],
  'runtime-uses-runtime-dependencies': ['libs/metrics/metrics.ts → fast-check'],
};

/** What looks alike and is right. */
const ALLOWED = [
  'apps/server/wiring.ts → #libs/teams/index.js',
  'apps/openapi/document.ts → @nestjs/swagger',
  'libs/executions/executions.service.ts → #libs/teams/index.js',
  'libs/executions/executions.service.spec.ts → #libs/teams/testing/builders.js',
  'libs/teams/teams.store.ts → typeorm',
  'libs/teams/team.entity.ts → typeorm',
  'libs/journal/sqlite.journal.ts → better-sqlite3',
  'libs/platform/database/database.ts → typeorm',
  'libs/health/core/threshold.ts → #libs/kernel/index.js',
  'libs/workflow/fold.spec.ts → #libs/compiler/index.js',
  'libs/compiler/compile.ts → #libs/workflow/index.js',
  'libs/compat/legacy.ts → #libs/executions/index.js',
];

const PURE = ['workflow', 'compiler'];

describe('the architecture', () => {
  const house = mkdtempSync(join(tmpdir(), 'renum-architecture-'));
  let found: ReadonlyMap<string, readonly string[]>;

  beforeAll(() => {
    build(house, [...Object.values(REFUSED).flat(), ...ALLOWED]);
    found = violations(house);
  }, 60_000);

  afterAll(() => rmSync(house, { recursive: true }));

  it.each(Object.entries(REFUSED).flatMap(([rule, imports]) => imports.map((planted) => ({ rule, planted }))))(
    'refuses $planted ($rule)',
    ({ rule, planted }) => {
      expect(found.get(planted)).toContain(rule);
    },
  );

  it.each(ALLOWED)('allows %s', (planted) => {
    expect(found.get(planted)).toBeUndefined();
  });

  it.each(PURE)('keeps clock, chance, process and waiting out of %s', (room) => {
    const offences = [
      'export const now = () => Date.now();',
      'export const born = () => new Date();',
      'export const roll = () => Math.random();',
      'export const place = () => process.cwd();',
      'export const later = async () => 1;',
      'export const soon = (ring: () => void) => setTimeout(ring, 1);',
    ];
    write(house, `libs/${room}/impure.ts`, offences.join('\n'));
    write(house, 'libs/health/core/pure.ts', 'export const at = (now: number) => new Date(now + 1).toISOString();');
    const { stdout, status } = run(house, join(here, 'scripts/purity.mjs'));
    expect(stdout.match(new RegExp(`^libs/${room}/impure\\.ts:\\d+`, 'gm'))).toEqual(
      offences.map((_, line) => `libs/${room}/impure.ts:${line + 1}`),
    );
    expect(stdout).not.toContain('pure.ts:1 new');
    expect(status).toBe(1);
  });

  it('says nothing of a pure room that is pure', () => {
    const pure =
      'export const next = (event: { process: string }, performance: string) => event.process + performance;';
    for (const room of PURE) write(house, `libs/${room}/impure.ts`, pure);
    expect(run(house, join(here, 'scripts/purity.mjs'))).toMatchObject({ stdout: '', status: 0 });
  });
});

function build(house: string, imports: readonly string[]): void {
  write(house, 'package.json', JSON.stringify({ ...require(join(here, 'package.json')), name: 'planted' }));
  write(house, 'tsconfig.json', JSON.stringify({ extends: join(here, 'tsconfig.json') }));
  symlinkSync(join(here, 'node_modules'), join(house, 'node_modules'));
  const rooms = ['kernel', 'platform/log', 'workflow', 'compiler', 'runners', 'teams', 'executions', 'identity'];
  const targets = [
    'libs/teams/team.ts',
    'libs/teams/testing/builders.ts',
    'libs/usage/testing/world.ts',
    'libs/live/string-utils.ts',
    'libs/live/dto/open.ts',
  ];
  for (const path of [...rooms.map((room) => `libs/${room}/index.ts`), ...targets])
    write(house, path, 'export const thing = 1;');
  for (const planted of imports) {
    const [path = '', imported] = planted.split(' → ');
    write(house, path, `import * as it from '${imported}';\nexport const used = it;`);
  }
}

function write(house: string, path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

/** The names of the broken rules by `file → imported`. */
function violations(house: string): ReadonlyMap<string, readonly string[]> {
  const cruiser = join(here, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const config = join(here, 'architecture.cjs');
  const { stdout, stderr } = run(house, cruiser, '--config', config, '--output-type', 'json', 'apps', 'libs');
  expect(stderr).toBe('');
  const { modules } = JSON.parse(stdout) as Cruise;
  return new Map(
    modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ valid }) => !valid)
        .map(({ module, rules = [] }) => [`${source} → ${module}`, rules.map(({ name }) => name)] as const),
    ),
  );
}

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly {
      readonly module: string;
      readonly valid: boolean;
      readonly rules?: readonly { readonly name: string }[];
    }[];
  }[];
}

function run(cwd: string, ...args: readonly string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
