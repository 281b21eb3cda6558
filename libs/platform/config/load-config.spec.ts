import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type ConfigurationProblem, ConfigurationProblems } from './configuration.errors.js';
import { loadConfig } from './load-config.js';
import type { RenumConfig } from './renum-config.js';
import type { Env } from './variables.js';

const KEY_A = Buffer.alloc(32, 1).toString('base64');
const KEY_B = Buffer.alloc(32, 2).toString('base64');
const PASSWORD = 'canary-password-1234';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'renum-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const load = (env: Env = {}): RenumConfig => loadConfig({ env: { RENUM_CONFIG_DIR: folder, ...env }, cwd: folder });

function problemsOf(env: Env): readonly ConfigurationProblem[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigurationProblems) return error.problems;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('layers', () => {
  test('take the declared defaults when nobody says anything', () => {
    const config = loadConfig({ env: {}, cwd: folder });
    expect(config).toMatchObject({
      environment: 'development',
      role: 'all',
      dataDir: join(folder, 'data'),
      configDir: join(folder, 'config'),
      http: { host: '127.0.0.1', port: 9_000, corsOrigins: 'localhost', trustProxy: [], drainMs: 0 },
      database: { mode: 'embedded', url: undefined },
      identity: { adminEmail: undefined, registration: 'open', sessionTtlMs: 43_200_000 },
      limits: {
        concurrentExecutions: 5,
        agentsPerTeam: 10,
        teams: 100,
        monthlyBudgetUsd: 100,
        rateLimitPerMinute: 600,
      },
      runner: { stepTimeoutMs: 600_000, width: 2_000 },
      detection: { mode: 'dry-run', allow: [] },
      log: { level: 'info', format: 'pretty' },
      metrics: { access: 'loopback' },
      retentionDays: 90,
      secretKeys: undefined,
      notYetInEffect: [],
    });
  });

  test('let the environment choose other defaults', () => {
    expect(load({ RENUM_ENV: 'production', RENUM_SECRET_KEYS: `a:${KEY_A}` })).toMatchObject({
      environment: 'production',
      http: { host: '0.0.0.0', corsOrigins: [], drainMs: 10_000 },
      identity: { registration: 'closed' },
      detection: { mode: 'enforce' },
      log: { format: 'json' },
    });
    expect(load({ NODE_ENV: 'test' })).toMatchObject({ environment: 'test', http: { drainMs: 0, corsOrigins: [] } });
    expect(load({ NODE_ENV: 'production', RENUM_ENV: 'test' }).environment).toBe('test');
  });

  test('put the environment file above the default file and variables above both', () => {
    file('default.yaml', 'http: {port: 1111}\nlimits: {teams: 1, agentsPerTeam: 1}\nrunner: {width: 1}');
    file('test.yaml', 'http: {port: 2222}\nlimits: {teams: 2}');
    file('production.yaml', 'http: {port: 4444}');
    const config = load({ RENUM_ENV: 'test', PORT: '3333' });
    expect(config.http.port).toBe(3_333);
    expect(config.limits).toMatchObject({ teams: 2, agentsPerTeam: 1 });
    expect(config.runner.width).toBe(1);
    expect(config.settings.find(({ key }) => key.name === 'limits.teams')).toMatchObject({
      shown: '"2"',
      where: 'test.yaml:2',
      isOperators: true,
    });
  });

  test('accept a key in its group or flat, as its variable is called', () => {
    for (const text of [
      'runner: {width: 7}',
      'runner.width: 7',
      'runnerWidth: 7',
      'runner_width: 7',
      'runner: {WIDTH: "7"}',
    ]) {
      file('default.yaml', text);
      expect(load().runner.width).toBe(7);
    }
    file('default.yaml', 'maxTeams: 3\nport: 0\ndetection: off');
    expect(load()).toMatchObject({ limits: { teams: 3 }, http: { port: 0 }, detection: { mode: 'off' } });
  });

  test('count an empty variable and a key left empty as unset', () => {
    file('default.yaml', 'http:\n  port:\nrunner:');
    expect(load({ PORT: '', DATABASE_URL: '', OPENAI_API_KEY_FILE: '' })).toMatchObject({
      http: { port: 9_000 },
      database: { mode: 'embedded', url: undefined },
    });
  });

  test('read lists from YAML and from variables, and follow anchors', () => {
    file(
      'default.yaml',
      'http:\n  corsOrigins: &o [https://a.example, "http://b.example:8080"]\ndetection: {allow: [10.0.0.0/8]}',
    );
    expect(load().http.corsOrigins).toEqual(['https://a.example', 'http://b.example:8080']);
    expect(load({ CORS_ORIGINS: 'https://c.example/, http://d' }).http.corsOrigins).toEqual([
      'https://c.example',
      'http://d',
    ]);
    file('default.yaml', 'runner: {width: &n 9}\nlimits: {teams: *n}');
    expect(load().limits.teams).toBe(9);
  });
});

describe('secrets', () => {
  test('are held so that they cannot be printed', () => {
    const env = {
      RENUM_ADMIN_EMAIL: 'root@example.com',
      RENUM_ADMIN_PASSWORD: PASSWORD,
      REDIS_URL: 'redis://:canary-redis@r',
    };
    const config = load({ ...env, RENUM_SECRET_KEYS: `old:${KEY_A},new:${KEY_B}` });
    expect(config.identity.adminPassword?.reveal()).toBe(PASSWORD);
    expect(config.secretKeys?.map(({ id, key }) => [id, key.reveal()])).toEqual([
      ['old', KEY_A],
      ['new', KEY_B],
    ]);
    const printed = `${JSON.stringify(config)}${inspect(config, { depth: null })}`;
    for (const canary of [PASSWORD, 'canary-redis', KEY_A, KEY_B]) expect(printed).not.toContain(canary);
  });

  test('may come from a file that a …_FILE variable names', () => {
    const path = file('password', `${PASSWORD}\n`);
    expect(load({ RENUM_ADMIN_PASSWORD_FILE: path }).identity.adminPassword?.reveal()).toBe(PASSWORD);
    expect(load({ RENUM_ADMIN_PASSWORD_FILE: 'password' }).identity.adminPassword?.reveal()).toBe(PASSWORD);
    file('database', 'memory:\n');
    expect(load({ DATABASE_URL_FILE: 'database' }).database.mode).toBe('ephemeral');
    file('database', 'postgres://me:geheim@host/db\n');
    const { database } = load({ DATABASE_URL_FILE: 'database' });
    expect(database.mode === 'postgres' && database.url.reveal()).toBe('postgres://me:geheim@host/db');
    expect(JSON.stringify(database)).not.toContain('geheim');
  });

  test('are refused when their file is missing, empty or beside the variable', () => {
    file('empty', '\n');
    const problems = problemsOf({
      RENUM_ADMIN_PASSWORD_FILE: 'nowhere',
      SUNA_API_TOKEN_FILE: 'empty',
      OPENAI_API_KEY: 'sk-canary',
      OPENAI_API_KEY_FILE: 'empty',
    });
    expect(problems.map(({ key, problem }) => [key, problem])).toEqual(
      expect.arrayContaining([
        ['RENUM_ADMIN_PASSWORD', 'must name a file that can be read (ENOENT)'],
        ['SUNA_API_TOKEN', 'names an empty file'],
        ['OPENAI_API_KEY', 'must be set only once, not also as OPENAI_API_KEY_FILE'],
      ]),
    );
    expect(problems[0]?.where).toMatch(/^variable \w+_FILE$/);
  });

  test('leave a value that is no secret without such a twin', () => {
    expect(problemsOf({ RENUM_DATA_DIR_FILE: 'x' })).toEqual([
      expect.objectContaining({ key: 'RENUM_DATA_DIR_FILE', problem: expect.stringContaining('is not known') }),
    ]);
  });
});

describe('refusals', () => {
  test('name all problems at once, each with its value, what is allowed and where it was set', () => {
    file('default.yaml', '# first line\nrunner:\n  width: 0\nhttp: {prot: 9000}\n');
    file('test.yaml', 'session:\n  ttl: 12\n');
    const problems = problemsOf({ RENUM_ENV: 'test', PORT: '99999', LOG_LEVEL: 'loud', RENUM_RUNER_WIDTH: 'canary' });
    const allowed = 'a whole number of attempts from 1 to 100,000';
    expect(problems).toEqual([
      { key: 'http.prot', problem: 'is not known; did you mean http.port?', where: 'default.yaml:4' },
      {
        key: 'RENUM_RUNER_WIDTH',
        problem: 'is not known; did you mean RENUM_RUNNER_WIDTH?',
        where: 'variable RENUM_RUNER_WIDTH',
      },
      { key: 'runner.width', value: '"0"', problem: `must be ${allowed}`, where: 'default.yaml:3' },
      {
        key: 'session.ttl',
        value: '"12"',
        problem: 'must be a duration from 1s to 365d, such as 90s, 30m, 12h or 7d',
        where: 'test.yaml:2',
      },
      {
        key: 'http.port',
        value: '"99999"',
        problem: 'must be a whole number from 0 to 65,535',
        where: 'variable PORT',
      },
      {
        key: 'log.level',
        value: '"loud"',
        problem: 'must be one of trace, debug, info, warn, error, fatal, silent',
        where: 'variable LOG_LEVEL',
      },
    ]);
    const text = new ConfigurationProblems(problems).message;
    expect(text).toContain('The configuration has 6 problems:\n  default.yaml:4: http.prot is not known');
    expect(text).toContain(`  default.yaml:3: runner.width = "0" must be ${allowed}`);
    expect(text).toContain('\n  variable RENUM_RUNER_WIDTH is not known; did you mean RENUM_RUNNER_WIDTH?\n');
    expect(text).not.toContain('canary');
    expect(new ConfigurationProblems(problems.slice(0, 1)).message).toMatch(/^The configuration has a problem:\n/);
  });

  test('check a value even when a later layer hides it', () => {
    file('default.yaml', 'http: {port: nine}');
    expect(problemsOf({ PORT: '9000' })).toEqual([
      expect.objectContaining({ key: 'http.port', where: 'default.yaml:1' }),
    ]);
  });

  test('mask secrets, and passwords and tokens inside URLs', () => {
    const text = new ConfigurationProblems(
      problemsOf({
        RENUM_ADMIN_PASSWORD: 'canary-one',
        RENUM_SECRET_KEYS: 'a:canarytwo',
        REDIS_URL: 'http://:canary-three@host',
        DATABASE_URL: 'mysql://me:canary-four@host/db',
        OPENAI_BASE_URL: 'ftp://me:canary-five@host/?key=canary-six',
      }),
    ).message;
    expect(text).not.toContain('canary');
    expect(text).toContain('RENUM_ADMIN_PASSWORD: admin.password = *** must be a secret of 12 to 128 characters');
    expect(text).toContain('"ftp://***@host/?key=***"');
    expect(text).toContain('DATABASE_URL: database.url = mysql:*** must be unset');
  });

  test('refuse an environment that is not known, wherever it was named', () => {
    expect(problemsOf({ RENUM_ENV: 'staging' })).toEqual([
      {
        key: 'RENUM_ENV',
        value: '"staging"',
        problem: 'must be one of development, test, production',
        where: 'variable RENUM_ENV',
      },
    ]);
    expect(problemsOf({ NODE_ENV: 'staging', PORT: 'x' }).map(({ key }) => key)).toEqual(['NODE_ENV', 'http.port']);
    file('default.yaml', 'env: production');
    expect(problemsOf({})[0]?.problem).toBe('is not known; set the variable RENUM_ENV instead');
  });

  test('refuse a folder that is named but not there, and a file that cannot be read', () => {
    expect(problemsOf({ RENUM_CONFIG_DIR: join(folder, 'nowhere') })[0]?.problem).toBe(
      'must name a folder that exists',
    );
    expect(problemsOf({ RENUM_CONFIG_DIR: file('plain', '') })[0]?.problem).toBe('must name a folder that exists');
    mkdirSync(join(folder, 'default.yaml'));
    const problem = 'must be a file that can be read (EISDIR)';
    expect(problemsOf({})).toEqual([{ key: 'YAML', problem, where: 'default.yaml' }]);
  });

  test('refuse roles that need Redis, with the reason', () => {
    const problems = problemsOf({ DATABASE_URL: 'postgres://me:pw@host/db', RENUM_ROLE: 'worker' });
    expect(problems.map(({ key }) => key)).toEqual(['role']);
    expect(problems[0]?.problem).toContain('through Redis, which the next release can use');
    file('default.yaml', 'role: api');
    expect(problemsOf({})).toEqual([expect.objectContaining({ key: 'role', value: '"api"', where: 'default.yaml:1' })]);
  });

  test.each(['sqlite:./x.db', 'postgres:host/db', 'postgres://host:port/db'])('refuse the database %s', (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([
      expect.objectContaining({ key: 'database.url', problem: expect.stringContaining('postgres://user:password@') }),
    ]);
  });

  test('refuse production without a key ring, once', () => {
    expect(problemsOf({ RENUM_ENV: 'production' })).toEqual([
      expect.objectContaining({
        key: 'RENUM_SECRET_KEYS',
        problem: expect.stringContaining('must be set in production'),
      }),
    ]);
    expect(problemsOf({ RENUM_ENV: 'production', RENUM_SECRET_KEYS: 'nonsense' })).toHaveLength(1);
    expect(problemsOf({ RENUM_ENV: 'production', RENUM_SECRET_KEYS_FILE: 'nowhere' })).toHaveLength(1);
  });

  test('let the variables pass that Kubernetes makes for a service called renum', () => {
    const config = load({
      RENUM_SERVICE_HOST: '10.0.0.1',
      RENUM_SERVICE_PORT: '9000',
      RENUM_SERVICE_PORT_HTTP: '9000',
      RENUM_PORT: 'tcp://10.0.0.1:9000',
      RENUM_PORT_9000_TCP_ADDR: '10.0.0.1',
      RENUM_BACKEND_PORT_9000_TCP: 'tcp://10.0.0.1:9000',
    });
    expect(config.http.port).toBe(9_000);
    expect(problemsOf({ RENUM_PORT: '9000' })[0]?.key).toBe('RENUM_PORT');
  });
});

describe('a broken file', () => {
  test.each([
    ['a: [1', 'default.yaml:1', 'cannot be read'],
    ['- a\n- b', 'default.yaml:1', 'must be keys and values'],
    ['# c\n? {a: 1}\n: 2', 'default.yaml:1', 'has a key that is not plain text'],
    ['\nhttp:\n  corsOrigins: [{a: 1}]', 'default.yaml:3', 'must be a list of plain values'],
    ['http: 9000', 'default.yaml:1', 'must hold keys: http.host, http.port'],
    [
      'runner: {width: 1}\nrunnerWidth: 2',
      'default.yaml:2',
      'must be set only once in a file, not also at default.yaml:1',
    ],
    ['runner: {width: 1, width: 2}', 'default.yaml:1', 'cannot be read'],
    ['http: {port: [1, 2]}', 'default.yaml:1', 'must be a whole number'],
    ['zzz: 1', 'default.yaml:1', 'is not known'],
  ])('%j is refused at %s', (text, where, problem) => {
    file('default.yaml', text);
    expect(problemsOf({})).toEqual([expect.objectContaining({ where, problem: expect.stringContaining(problem) })]);
  });

  test('an empty one says nothing', () => {
    file('default.yaml', '# only a comment\n');
    expect(load().http.port).toBe(9_000);
  });
});

describe('what comes later', () => {
  test('is checked, and named when the operator set it', () => {
    file('default.yaml', 'retentionDays: 90\nlimits: {monthlyBudgetUsd: 5}');
    expect(load({ REDIS_URL: 'redis://r', RENUM_TRUST_PROXY: 'off' }).notYetInEffect).toEqual([
      'REDIS_URL: queue, cache, limits and fan-out stay inside the process',
      'RENUM_MONTHLY_BUDGET_USD: spending is not limited',
    ]);
  });
});

test('the whole value is frozen', () => {
  const config = load({ RENUM_SECRET_KEYS: `a:${KEY_A}` });
  const { http, secretKeys } = config;
  expect(() => Object.assign(config, { role: 'api' })).toThrow(TypeError);
  expect(() => Object.assign(http, { port: 1 })).toThrow(TypeError);
  expect(() => Object.assign(http.corsOrigins, { 0: '*' })).toThrow(TypeError);
  expect(() => Object.assign(secretKeys?.[0] ?? {}, { id: 'b' })).toThrow(TypeError);
});

describe('the crash points of tests', () => {
  test('may be named in the test environment alone', () => {
    const crash = { RENUM_CRASH_AT: 'run.appended:2' };
    expect(load({ RENUM_ENV: 'test', ...crash }).environment).toBe('test');
    expect(problemsOf({ RENUM_ENV: 'development', ...crash })).toMatchObject([{ key: 'RENUM_CRASH_AT' }]);
  });
});
