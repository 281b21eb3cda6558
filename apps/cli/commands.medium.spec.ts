// Real: configuration, data folders and SQLite files, on purpose; where a server is named, it serves them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { PASSWORD, spawnServer, tempFolder } from '../../test/harness/index.js';
import { runCli } from './cli.js';
import { COMMANDS } from './commands.js';
import { FakeTerminal } from './testing/terminal.fake.js';

/** Servers keep their records where the commands look for them. */
const IN_FILE = { DATABASE_URL: '' };

let dataDir: string;
beforeEach(() => {
  dataDir = join(tempFolder(), 'data');
});

async function renum(line: string, { env = {}, input = `${PASSWORD}\n` } = {}) {
  const cwd = join(dataDir, '..');
  const terminal = new FakeTerminal({ cwd, input, env: { RENUM_DATA_DIR: dataDir, PORT: '0', ...env } });
  const code = await runCli(line.split(' '), COMMANDS, terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}
const create = (more = '') => renum(`user create ada@example.com --password-stdin${more}`);

describe('renum user', () => {
  test('create makes the database of a new installation, and the server knows the account', async () => {
    expect(await create(' --role operator')).toEqual({
      code: 0,
      stdout: 'Created ada@example.com (operator).\n',
      stderr: '',
    });
    const server = await spawnServer({ ...IN_FILE, RENUM_DATA_DIR: dataDir });
    const { body } = await server.http.post('/api/v1/auth/login', { email: 'ada@example.com', password: PASSWORD });
    expect(body.user).toMatchObject({ role: 'operator', name: 'ada' });
  });

  test('create works beside a running server', async () => {
    const server = await spawnServer({ ...IN_FILE, RENUM_DATA_DIR: dataDir });
    expect((await create()).code).toBe(0);
    const login = { email: 'ada@example.com', password: PASSWORD };
    expect((await server.http.post('/api/v1/auth/login', login)).status).toBe(200);
  });

  test('create says everything that is wrong, without the password', async () => {
    const { code, stderr } = await renum('user create nobody --password-stdin', { input: 'geheim' });
    expect(code).toBe(1);
    expect(stderr).toBe('renum: email must be an e-mail address; password must have 12 to 128 characters\n');
    await create();
    expect((await create()).stderr).toContain('There is an account with this e-mail address already.');
  });

  test('create takes no password but from standard input', async () => {
    expect(await renum('user create ada@example.com')).toMatchObject({ code: 2, stdout: '' });
    expect(await renum('user create ada@example.com --password-stdin', { input: '\n' })).toMatchObject({ code: 2 });
    expect((await create(' --role king')).stderr).toContain('--role must be one of user, operator, auditor, admin.');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('list shows accounts, never a password', async () => {
    await create();
    const { stdout } = await renum('user list');
    expect(stdout).toMatch(/^EMAIL +ROLE +ACTIVE +CREATED +LAST SIGN-IN\nada@example\.com +user +yes +\S+Z +never\n$/);
    const views = JSON.parse((await renum('user list --json')).stdout);
    expect(Object.keys(views[0])).toEqual(['id', 'email', 'name', 'role', 'is_active', 'created_at', 'last_login_at']);
  });

  test('list makes no database where there is none', async () => {
    expect(await renum('user list')).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(dataDir)).toBe(false);
  });

  test('promote gives another role; a running server hears of it at the next sign-in', async () => {
    await create();
    expect((await renum('user promote Ada@Example.com')).stdout).toBe('ada@example.com is admin now.\n');
    const server = await spawnServer({ ...IN_FILE, RENUM_DATA_DIR: dataDir });
    const changed = await renum('user promote ada@example.com --role auditor --json');
    expect(JSON.parse(changed.stdout)).toMatchObject({
      email: 'ada@example.com',
      role: 'auditor',
      last_login_at: null,
    });
    expect(changed.stderr).toContain(`pid ${server.pid}`);
    const login = { email: 'ada@example.com', password: PASSWORD };
    expect((await server.http.post('/api/v1/auth/login', login)).body.user.role).toBe('auditor');
    expect(JSON.parse((await renum('user list --json')).stdout)[0].last_login_at).toMatch(/Z$/);
    expect(await renum('user promote nobody@example.com')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no account nobody@example.com.'),
    });
  });

  test('has nothing to open where records live in memory', async () => {
    expect(await renum('user list', { env: { DATABASE_URL: 'memory:' } })).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('renum migrate', () => {
  const applied = async () =>
    JSON.parse((await renum('migrate status --json')).stdout).filter(
      ({ applied_at }: { applied_at: string | null }) => applied_at !== null,
    ).length;

  test('goes up, down and up again', async () => {
    const { code, stdout, stderr } = await renum('migrate status');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^0001-journal +missing\n/);
    expect(stderr).toContain('There is no database yet');
    expect((await renum('migrate down')).stdout).toBe('Nothing to do.\n');
    expect(existsSync(dataDir)).toBe(false);

    expect((await renum('migrate up')).stdout).toMatch(/^0001-journal applied\n/);
    const all = await applied();
    expect(all).toBeGreaterThan(4);
    expect((await renum('migrate status')).code).toBe(0);
    expect(JSON.parse((await renum('migrate down --steps 2 --json')).stdout)).toHaveLength(2);
    expect(await applied()).toBe(all - 2);
    await renum('migrate down');
    expect(await applied()).toBe(all - 3);
    await renum('migrate up');
    expect(await applied()).toBe(all);
    expect((await renum('migrate up')).stdout).toBe('Nothing to do.\n');
  });

  test('takes back only a whole number of steps', async () => {
    expect(await renum('migrate down --steps many')).toMatchObject({ code: 2 });
    expect(await renum('migrate down --steps 0')).toMatchObject({ code: 2 });
  });

  test('shows, but does not change, what a running server uses', async () => {
    const server = await spawnServer({ ...IN_FILE, RENUM_DATA_DIR: dataDir });
    expect((await renum('migrate status')).code).toBe(0);
    for (const way of ['up', 'down']) {
      const { code, stderr } = await renum(`migrate ${way}`);
      expect([code, stderr]).toEqual([78, expect.stringContaining(`pid ${server.pid}`)]);
    }
    expect((await server.http.get('/readyz')).status).toBe(200);
  });

  test('lets go of the data folder when the database cannot be used', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'renum.db'), 'this is no database, and long enough to be looked at');
    expect((await renum('migrate up')).code).toBe(78);
    expect((await renum('migrate up')).stderr).not.toContain('in use');
  });
});

describe('renum doctor', () => {
  const checks = async (env = {}) => {
    const { code, stdout } = await renum('doctor --json', { env });
    const found: { check: string; state: string; found: string; because: string | null }[] = JSON.parse(stdout);
    return { code, of: (name: string) => found.find(({ check }) => check === name) };
  };

  test('finds all well before the first start, and makes nothing', async () => {
    const { code, stdout } = await renum('doctor');
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => /^(ok|advice)/.test(line))).toHaveLength(6);
    expect(stdout).toContain('(made at the first start)');
    expect(existsSync(dataDir)).toBe(false);
  });

  test('works beside a running server, whose port is rightly taken', async () => {
    const server = await spawnServer({ ...IN_FILE, RENUM_DATA_DIR: dataDir });
    const { of } = await checks({ PORT: new URL(server.url).port });
    expect(of('port')).toMatchObject({ state: 'ok', found: expect.stringContaining('while the server runs') });
    expect(of('data folder')).toMatchObject({ state: 'ok', found: expect.stringContaining(`pid ${server.pid}`) });
    expect(of('database')?.found).toMatch(/^embedded, schema up to date, \d+\.\d\d ms to make a write safe$/);
  });

  test('tells of changes of the schema that are missing', async () => {
    await renum('migrate up');
    await renum('migrate down');
    expect((await checks()).of('database')?.found).toContain('1 changes of the schema come with the next start');
    expect((await checks()).of('data folder')).toMatchObject({ state: 'ok', found: dataDir });
  });

  test('ends with 78 and every problem of the configuration', async () => {
    const { code, of } = await checks({ PORT: 'many', RENUM_PROT: '1' });
    expect(code).toBe(78);
    expect(of('configuration')?.because).toMatch(/RENUM_PROT[\s\S]*PORT|PORT[\s\S]*RENUM_PROT/);
    expect(of('runtime')?.state).toBe('ok');
  });

  test('says what is configured and does nothing yet, and what lives in memory', async () => {
    const { code, of } = await checks({ RENUM_DETECTION: 'enforce', DATABASE_URL: 'memory:' });
    expect(code).toBe(0);
    expect(of('configuration')).toMatchObject({ state: 'advice', because: expect.stringContaining('RENUM_DETECTION') });
    expect(of('database')).toMatchObject({ state: 'advice', found: 'ephemeral' });
  });

  test('finds a port that somebody else has', async () => {
    const other = await new Promise<Server>((resolve) => {
      const listener = createServer().listen(0, '127.0.0.1', () => resolve(listener));
    });
    const address = other.address();
    const { code, of } = await checks({ PORT: String(typeof address === 'object' ? address?.port : 0) });
    other.close();
    expect(code).toBe(1);
    expect(of('port')).toMatchObject({ state: 'problem', because: expect.stringContaining('EADDRINUSE') });
  });

  test('finds a database that is none', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'renum.db'), 'this is no database, and long enough to be looked at');
    const { code, of } = await checks();
    expect(code).toBe(1);
    expect(of('database')).toMatchObject({ state: 'problem', because: expect.stringContaining('renum.db') });
  });

  test('finds a data folder that cannot be made', async () => {
    writeFileSync(dataDir, 'a file');
    const { code, of } = await checks({ RENUM_DATA_DIR: join(dataDir, 'inside') });
    expect(code).toBe(1);
    expect(of('data folder')).toMatchObject({ state: 'problem', found: join(dataDir, 'inside') });
  });
});

describe('renum openapi', () => {
  const document = readFileSync('docs/openapi.json', 'utf8');

  test('prints the document, or writes it, or compares a file with it', async () => {
    expect((await renum('openapi')).stdout).toBe(document);
    expect(await renum('openapi --out api.json')).toEqual({ code: 0, stdout: '', stderr: '' });
    const file = join(dataDir, '../api.json');
    expect(readFileSync(file, 'utf8')).toBe(document);
    expect((await renum('openapi --out api.json --check')).code).toBe(0);
    writeFileSync(file, '{}');
    expect(await renum('openapi --out api.json --check')).toMatchObject({
      code: 1,
      stderr: 'renum: api.json is not the document of this release.\n',
    });
    expect((await renum('openapi --check')).code).toBe(2);
  });
});
