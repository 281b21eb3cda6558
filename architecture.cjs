/**
 * Who may use whom: apps → features → platform → kernel. Every feature may use platform and kernel, and beyond that
 * only the rooms named here. An arrow the other way round is a port that the lower room declares and `apps` wires.
 */
const FEATURES = {
  identity: [],
  workflow: [],
  compiler: ['workflow'],
  journal: ['workflow'],
  providers: ['workflow'],
  agents: ['providers', 'workflow'],
  runners: ['agents', 'providers', 'workflow'],
  teams: ['agents', 'runners', 'providers', 'compiler', 'workflow'],
  executions: ['journal', 'teams', 'agents', 'runners', 'providers', 'usage', 'collaboration', 'compiler', 'workflow'],
  collaboration: ['journal', 'workflow'],
  usage: ['journal'],
  live: ['executions', 'journal', 'workflow'],
  health: [],
  security: [],
  metrics: ['usage', 'journal', 'workflow'],
  compat: [
    'identity',
    'agents',
    'teams',
    'executions',
    'collaboration',
    'usage',
    'live',
    'metrics',
    'providers',
    'journal',
  ],
};

const TEST = '\\.(spec|e2e-spec|contract)\\.ts$|/testing/';
const ROOM = '^libs/(?:platform/)?[^/]+/';
const PUBLIC = '^libs/(?:platform/)?[^/]+/index\\.ts$';

const room = (name) => `^libs/${name}/`;

const directions = Object.entries(FEATURES).map(([name, uses]) => ({
  name: `${name}-uses-only-its-own`,
  comment: `${name} may use ${['platform', 'kernel', ...uses].join(', ')} (architecture.cjs)`,
  severity: 'error',
  from: { path: room(name), pathNot: TEST },
  to: { path: '^(libs|apps)/', pathNot: [name, 'platform', 'kernel', ...uses].map(room) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'a-room-has-its-arrows',
      comment: 'A new feature names what it uses in architecture.cjs',
      severity: 'error',
      from: {
        path: '^libs/',
        pathNot: [TEST, ...['kernel', 'platform', 'client', ...Object.keys(FEATURES)].map(room)],
      },
      to: {},
    },
    {
      name: 'platform-uses-only-kernel',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: TEST },
      to: { path: '^(libs|apps)/', pathNot: ['^libs/platform/', '^libs/kernel/'] },
    },
    {
      name: 'kernel-uses-nothing-of-ours',
      comment: 'No Nest and no I/O either',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: TEST },
      to: {
        path: '^(libs|apps|migrations)/|(^|/)node_modules/(@nestjs|fastify|typeorm|rxjs)/|^(fs|net|http|child_process)(/|$)',
        pathNot: '^libs/kernel/',
      },
    },
    {
      name: 'client-uses-nothing-of-ours',
      severity: 'error',
      from: { path: '^libs/client/', pathNot: TEST },
      to: { path: '^(libs|apps|migrations)/', pathNot: '^libs/client/' },
    },
    {
      name: 'decisions-are-pure',
      comment: 'workflow/ and every core/ import only the kernel and themselves',
      severity: 'error',
      from: { path: '^(libs/workflow|libs/[^/]+/core)/', pathNot: TEST },
      to: { pathNot: ['^$1/', '^libs/kernel/index\\.ts$'] },
    },
    {
      name: 'the-compiler-is-pure',
      comment: 'compiler/ imports only the kernel, workflow/ and itself',
      severity: 'error',
      from: { path: '^libs/compiler/', pathNot: TEST },
      to: { pathNot: ['^libs/compiler/', '^libs/(kernel|workflow)/index\\.ts$'] },
    },
    {
      name: 'a-room-is-entered-by-its-index',
      severity: 'error',
      comment: 'Tests may also use the testing/ folder of a room',
      from: { path: '^libs/((?:platform/)?[^/]+)/' },
      to: { path: ROOM, pathNot: ['^libs/$1/', PUBLIC, '/testing/'] },
    },
    {
      name: 'a-room-is-entered-by-its-index-from-outside',
      comment: 'Tests may also use the testing/ folder of a room',
      severity: 'error',
      from: { path: ['^(apps|migrations|bench)/', '^test/'] },
      to: { path: ROOM, pathNot: [PUBLIC, '/testing/'] },
    },
    {
      name: 'tests-stay-with-tests',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: TEST },
      to: { path: [TEST, '^test/'] },
    },
    {
      name: 'apps-are-not-imported',
      severity: 'error',
      from: { path: '^(libs|migrations)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'persistence-has-its-places',
      comment: 'typeorm, pg and better-sqlite3 stay in entities, stores, journals, migrations and platform/database',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['\\.(entity|store|journal)\\.ts$', '^libs/platform/database/', '\\.medium\\.spec\\.ts$', '/testing/'],
      },
      to: { path: '(^|/)node_modules/(typeorm|pg|better-sqlite3|@types/(pg|better-sqlite3))/' },
    },
    {
      name: 'one-way-out',
      comment: 'Nothing leaves the host but through platform/outbound; scripts/purity.mjs watches the global fetch',
      severity: 'error',
      from: { path: '^libs/', pathNot: ['^libs/platform/outbound/', '^libs/client/', TEST] },
      to: { path: '(^|/)node_modules/undici/|^(https|http2|tls|dgram|dns)(/|$)' },
    },
    {
      name: 'names-say-what-it-is',
      comment: 'A room or file that is called after its shape collects everything; a room is flat',
      severity: 'error',
      from: {},
      to: {
        path: [
          '/(dto|entities|interfaces|utils|helpers|common)/',
          '[/.-](utils?|helpers?|common|base|manager|impl)\\.ts$',
        ],
        pathNot: 'node_modules',
      },
    },
    {
      name: 'the-document-is-made-beside-the-server',
      comment:
        'Types, comments, @Fails and @Media say everything (apps/openapi reads them); loading @nestjs/swagger costs every start',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: ['^apps/openapi/', TEST] },
      to: { path: '(^|/)node_modules/@nestjs/swagger/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'runtime-uses-runtime-dependencies',
      comment: 'What the server imports must survive an install without dev dependencies',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    parser: 'tsc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
