import { startServer, type TestServer, until } from '../harness/index.js';

describe('probes', () => {
  let server: TestServer;
  beforeAll(async () => {
    // In memory in any case: elsewhere there is a disk to be looked at as well.
    server = await startServer({ DATABASE_URL: 'memory:' });
  });

  it.each(['/livez', '/readyz', '/startupz'])('%s answers ok in plain text that nobody keeps', async (path) => {
    const { status, headers, body } = await server.http.get(path);
    expect([status, body]).toEqual([200, 'ok\n']);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers HEAD like GET', async () => {
    expect((await server.http.ask('HEAD', '/readyz')).status).toBe(200);
  });

  it('names every check when asked to be verbose, and what was to be left out by mistake', async () => {
    const { body } = await server.http.get('/readyz?verbose&exclude=databsae');
    expect(body.split('\n')).toEqual([
      '[+] lifecycle ok',
      '[+] database ok',
      '[+] schema ok',
      '[+] runtime ok',
      'warning: there is no check named "databsae"',
      'readyz: ok',
      '',
    ]);
  });

  it('leaves out what it is asked to leave out', async () => {
    const { body } = await server.http.get('/readyz?verbose&exclude=database,schema,runtime');
    expect(body).toBe('[+] lifecycle ok\nreadyz: ok\n');
  });

  it('answers for one check, and 404 for one that does not exist', async () => {
    expect((await server.http.get('/readyz/database')).status).toBe(200);
    expect((await server.http.get('/readyz/nothing')).status).toBe(404);
  });

  it('tells anybody status and version of /health, and nothing else', async () => {
    const { status, body } = await server.http.get('/health');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it('tells nobody without permission what it depends on', async () => {
    expect((await server.http.get('/health/dependencies')).status).toBe(401);
  });

  it('turns unready while it drains, stays alive, and closes afterwards', async () => {
    const draining = await startServer({ RENUM_DRAIN_SECONDS: '1' });
    const stopped = draining.stop();
    await until('readiness falls', async () => (await draining.http.get('/readyz')).status === 503);

    const { headers, body } = await draining.http.get('/readyz?verbose');
    expect(body).toContain('[-] lifecycle failed: reason withheld');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await draining.http.get('/livez')).status).toBe(200);
    expect((await draining.http.get('/startupz')).status).toBe(200);
    expect((await draining.http.get('/health')).body).toMatchObject({ status: 'shutting_down' });

    await stopped;
    await expect(draining.http.get('/livez')).rejects.toThrow('fetch failed');
  });
});
