// Real: the built program, its data folder, a shell and curl.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DURABLE, HttpClient, type SpawnedServer, spawnServer } from '../harness/index.js';

const run = promisify(execFile);
jest.setTimeout(60_000);

const start = (env = {}) => spawnServer({ ...DURABLE, RENUM_ENV: 'development', ...env });
const commandOf = ({ stdout }: SpawnedServer) => stdout.split('\n').find((line) => line.startsWith('curl ')) ?? '';

async function administrator(server: SpawnedServer): Promise<HttpClient> {
  const credentials = JSON.parse(readFileSync(join(server.dataDir, 'admin.json'), 'utf8'));
  const { body } = await server.http.post('/api/v1/auth/login', credentials);
  expect(body.user.role).toBe('admin');
  return server.http.as(body.token);
}

describe('the first start in development', () => {
  it('prints one command that can be pasted as it is: it runs a team and prints its result', async () => {
    const server = await start();
    expect(server.stdout).toMatch(/^renum listening on /);
    const { stdout, stderr } = await run('sh', ['-c', commandOf(server)], { cwd: '/' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'completed',
      final_result: { result: expect.stringContaining('Recommendation') },
      usage_summary: { request_count: 3 },
    });
  });

  it('makes an administrator and teams, once, and says the password only then', async () => {
    const first = await start();
    const { password } = JSON.parse(readFileSync(join(first.dataDir, 'admin.json'), 'utf8'));
    expect(first.stdout.split(password)).toHaveLength(2);
    await first.kill9();

    const second = await start({ RENUM_DATA_DIR: first.dataDir });
    expect(second.stdout).not.toContain(password);
    expect(commandOf(second)).toBe('');
    const admin = await administrator(second);
    const names = (await admin.get('/api/v1/teams')).body.items.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['Customer service', 'Market analysis']);
  });

  it('brings no team back that was deleted', async () => {
    const first = await start();
    const admin = await administrator(first);
    for (const { team_id } of (await admin.get('/api/v1/teams')).body.items) {
      expect((await admin.delete(`/api/v1/teams/${team_id}`)).status).toBe(200);
    }
    first.signal('SIGTERM');
    await first.ended;
    const second = await start({ RENUM_DATA_DIR: first.dataDir });
    const { total } = (await (await administrator(second)).get('/api/v1/teams')).body;
    expect(total).toBe(0);
  });

  it('takes the administrator that was configured, whose password stays where it is', async () => {
    const password = 'correct horse battery staple';
    const server = await start({ RENUM_ADMIN_EMAIL: 'boss@example.com', RENUM_ADMIN_PASSWORD: password });
    expect(server.stdout).toContain('Administrator  boss@example.com');
    expect(server.stdout).not.toContain(password);
    const env = { PATH: process.env.PATH, RENUM_ADMIN_PASSWORD: password };
    const { stdout } = await run('sh', ['-c', commandOf(server)], { env });
    expect(JSON.parse(stdout).status).toBe('completed');
  });
});

describe('the first start elsewhere', () => {
  it('makes the configured administrator, no team, and says nothing', async () => {
    const credentials = { email: 'boss@example.com', password: 'correct horse battery staple' };
    const server = await spawnServer({
      RENUM_ADMIN_EMAIL: credentials.email,
      RENUM_ADMIN_PASSWORD: credentials.password,
    });
    expect(server.stdout.trim().split('\n')).toHaveLength(1);
    const { body } = await server.http.post('/api/v1/auth/login', credentials);
    expect((await server.http.as(body.token).get('/api/v1/teams')).body.total).toBe(0);
  });
});
