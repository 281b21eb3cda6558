import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { DURABLE, startServer, tempFolder } from '../harness/index.js';

/** In development the log is pretty and says more; only what is promised is looked at here. */
const DEVELOPMENT = { RENUM_ENV: 'development', ...DURABLE };

describe('a start', () => {
  it('says first where it listens; then, the first time in development, how to begin', async () => {
    const dataDir = tempFolder();
    const first = await startServer({ ...DEVELOPMENT, RENUM_DATA_DIR: dataDir });
    const [line, ...rest] = first.lines.join('').split('\n');
    expect(line).toBe(`renum listening on ${first.url} pid ${process.pid}`);
    const { email, password } = JSON.parse(readFileSync(join(dataDir, 'admin.json'), 'utf8'));
    const told = rest.join('\n');
    expect(told).toContain(email);
    expect(told).toMatch(/^\s*curl .*\/api\/v1\/teams\/[0-9a-f-]{36}\/execute/m);

    const { body } = await first.http.post('/api/v1/auth/login', { email, password });
    const teams = await first.http.as(body.token).get('/api/v1/teams');
    expect(teams.body.total).toBeGreaterThan(0);
    await first.stop();

    const second = await startServer({ ...DEVELOPMENT, RENUM_DATA_DIR: dataDir });
    expect(second.lines).toEqual([`renum listening on ${second.url} pid ${process.pid}\n`]);
    const again = await second.http.post('/api/v1/auth/login', { email, password });
    const same = await second.http.as(again.body.token).get('/api/v1/teams');
    expect(same.body.total).toBe(teams.body.total);
  });

  it('says aloud that memory forgets', async () => {
    const server = await startServer({ LOG_LEVEL: 'warn', DATABASE_URL: 'memory:' });
    expect(server.lines.join('')).toContain('records live in memory (DATABASE_URL is memory:)');
  });

  it('that fails on its port leaves the folder to the next one', async () => {
    const first = await startServer();
    const dataDir = tempFolder();
    const port = new URL(first.url).port;
    await expect(startServer({ PORT: port, RENUM_DATA_DIR: dataDir, DATABASE_URL: '' })).rejects.toThrow('EADDRINUSE');
    expect(existsSync(join(dataDir, 'renum.pid'))).toBe(false);
    const second = await startServer({ RENUM_DATA_DIR: dataDir, DATABASE_URL: '' });
    expect((await second.http.get('/readyz')).status).toBe(200);
  });

  it('that cannot read its keys leaves the folder to the next one', async () => {
    const dataDir = tempFolder();
    const keys = join(dataDir, 'keys.json');
    writeFileSync(keys, '{}');
    await expect(startServer({ RENUM_DATA_DIR: dataDir, DATABASE_URL: '' })).rejects.toThrow(
      'is not JSON with a list of keys',
    );
    expect(existsSync(join(dataDir, 'renum.pid'))).toBe(false);
  });

  const itWithVersion6 = networkInterfaces().lo?.some(({ family }) => family === 'IPv6') ? it : it.skip;
  itWithVersion6('listens on an address of version 6 as on any other', async () => {
    const server = await startServer({ HOST: '::1' });
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await server.http.get('/livez')).status).toBe(200);
  });

  it('ends twice as it ends once', async () => {
    const server = await startServer();
    await Promise.all([server.stop(), server.running.abandon(), server.stop()]);
    await expect(server.http.get('/livez')).rejects.toThrow('fetch failed');
  });
});
