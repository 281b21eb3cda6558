import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { launchServer, spawnServer, tempFolder, until } from '../harness/index.js';

jest.setTimeout(60_000);

describe('the server as a process', () => {
  it.each(['json', 'pretty'])('says first where it listens and who it is (%s)', async (format) => {
    const server = await spawnServer({ LOG_FORMAT: format, LOG_LEVEL: 'info' });
    expect(server.stdout).toMatch(/^renum listening on http:\/\/127\.0\.0\.1:\d+ pid \d+\n/);
    expect((await server.http.get('/readyz')).status).toBe(200);
    expect(readFileSync(join(server.dataDir, 'renum.pid'), 'utf8').trim()).toBe(String(server.pid));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s and leaves no pid behind', async (signal) => {
    const server = await spawnServer();
    server.signal(signal);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(join(server.dataDir, 'renum.pid'))).toBe(false);
  });

  it('ends at once on a second signal', async () => {
    const server = await spawnServer({ RENUM_DRAIN_SECONDS: '600' });
    server.signal('SIGTERM');
    server.signal('SIGINT');
    // Two signals that wait together may arrive in either order.
    expect([130, 143]).toContain((await server.ended).code);
  });

  it('refuses a data folder in which another one lives, naming its pid', async () => {
    const first = await spawnServer();
    const second = await launchServer({ RENUM_DATA_DIR: first.dataDir });
    expect(await second.ended).toEqual({ code: 78, signal: null });
    expect(second.stderr).toContain(`pid ${first.pid}`);
    expect(second.stdout).toBe('');
    expect((await first.http.get('/readyz')).status).toBe(200);
  });

  it('is not held up by the lock of one that was killed', async () => {
    const first = await spawnServer();
    await first.kill9();
    const second = await spawnServer({ RENUM_DATA_DIR: first.dataDir });
    expect((await second.http.get('/readyz')).status).toBe(200);
  });

  it('lists every problem of its configuration and ends with 78', async () => {
    const server = await launchServer({ PORT: 'many', RENUM_ROLE: 'boss', RENUM_PROT: '1' });
    expect(await server.ended).toEqual({ code: 78, signal: null });
    for (const name of ['PORT', 'RENUM_ROLE', 'RENUM_PROT']) expect(server.stderr).toContain(name);
    expect(server.stdout).toBe('');
  });

  it('says in one plain line that its file of keys is broken, leaves it as it is and ends with 78', async () => {
    const dataDir = tempFolder();
    const file = join(dataDir, 'keys.json');
    writeFileSync(file, '{"keys":[');
    const server = await launchServer({ RENUM_DATA_DIR: dataDir, RENUM_SECRET_KEYS: '' });
    expect(await server.ended).toEqual({ code: 78, signal: null });
    expect(server.stderr).toContain(`renum: ${file} is not JSON with a list of keys.`);
    expect(server.stderr).not.toContain('    at ');
    expect(server.stdout).toBe('');
    expect(readFileSync(file, 'utf8')).toBe('{"keys":[');
  });

  it('waits for the PostgreSQL it was told to use, and puts no other store in its place', async () => {
    const server = await launchServer({ DATABASE_URL: 'postgres://u:geheim@127.0.0.1:1/x' });
    await until('it says what it waits for', () => server.stderr.includes('waiting for PostgreSQL at 127.0.0.1:1/x'));
    expect(server.stdout).toBe('');
    expect(server.stderr).not.toContain('geheim');
  });

  it('says in one plain line that its port is taken, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const server = await launchServer({ PORT: String(port), RENUM_DATA_DIR: tempFolder() });
    expect((await server.ended).code).toBe(1);
    expect(server.stderr).toContain(`127.0.0.1:${port}`);
    expect(server.stderr).not.toContain('    at ');
    other.close();
  });

  it('says aloud what it was told and does not do yet', async () => {
    const server = await spawnServer({ RENUM_DETECTION: 'enforce', LOG_LEVEL: 'info' });
    // It comes behind the first line, and may be read a moment later.
    await until('it says what has no effect', () => /not yet in effect.*RENUM_DETECTION/.test(server.stdout));
  });

  it('says what nobody caught and ends with 1, leaving a folder that the next one can take', async () => {
    const reject =
      'data:text/javascript,process.once("SIGUSR2",()=>void Promise.reject(new Error("nobody caught this")))';
    const main = join(process.cwd(), 'dist/apps/server/main.js');
    const server = await (await launchServer({}, [process.execPath, '--import', reject, main])).listening();
    server.signal('SIGUSR2');
    expect(await server.ended).toEqual({ code: 1, signal: null });
    expect(server.stderr).toContain('unhandledRejection: Error: nobody caught this');
    expect(existsSync(join(server.dataDir, 'renum.pid'))).toBe(false);
  });

  it('drains for as long as it was told to, still answering', async () => {
    const server = await spawnServer({ RENUM_DRAIN_SECONDS: '1' });
    const { http } = server;
    server.signal('SIGTERM');
    await until('readiness falls', async () => (await http.get('/readyz')).status === 503);
    expect((await http.get('/livez')).status).toBe(200);
    const began = performance.now();
    expect((await server.ended).code).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(500);
  });

  it('serves under npm: a signal to npm ends the server with 0', async () => {
    const server = await (await launchServer({}, ['npm', 'run', '--silent', 'serve'])).listening();
    const { pid } = server;
    server.signal('SIGTERM');
    expect((await server.ended).code).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
