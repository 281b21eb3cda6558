import { type HttpClient, startServer, type TestServer } from '../harness/index.js';

const ADMIN = { RENUM_ADMIN_EMAIL: 'root@example.com', RENUM_ADMIN_PASSWORD: 'a long enough password' };

const IN_MEMORY = { ...ADMIN, DATABASE_URL: 'memory:' };

async function signedIn({ http }: TestServer): Promise<HttpClient> {
  const credentials = { email: ADMIN.RENUM_ADMIN_EMAIL, password: ADMIN.RENUM_ADMIN_PASSWORD };
  const { body } = await http.post('/api/v1/auth/login', credentials);
  return http.as(body.token);
}

describe('/health for who may read it', () => {
  it('has the shape of Terminus, with reasons', async () => {
    const root = await signedIn(await startServer(IN_MEMORY));
    const { status, body } = await root.get('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok', state: 'ready', uptime_seconds: expect.any(Number), error: {} });
    expect(Object.keys(body.info)).toEqual(['database', 'schema', 'runtime']);
    expect(body.details).toEqual(body.info);
    expect(body.details.database).toMatchObject({
      status: 'up',
      found: 'ephemeral',
      needed: 'to-serve',
      message: 'DATABASE_URL is memory:',
    });
  });

  it('says of each dependency what was asked for, what is there, what that costs and how to mend it', async () => {
    const root = await signedIn(await startServer(IN_MEMORY));
    const { status, headers, body } = await root.get('/health/dependencies');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({ status: 'up', missing: [], conflicts: [], recommendations: [expect.any(String)] });
    expect(body.database).toMatchObject({ mode: 'ephemeral', reason: 'DATABASE_URL is memory:' });
    expect(body.database.lost).not.toEqual([]);
    expect(body.dependencies.find(({ id }: { id: string }) => id === 'database')).toMatchObject({
      required: 'ephemeral',
      found: 'ephemeral',
      impact: expect.stringContaining('Lost when the process ends'),
      fix: [expect.any(String)],
      evidence: { durability: 'volatile' },
    });
  });

  it('watches the disk of the data folder where records live there', async () => {
    const root = await signedIn(await startServer({ ...ADMIN, DATABASE_URL: '' }));
    const { body } = await root.get('/health/dependencies');
    expect(body.dependencies.map(({ id }: { id: string }) => id)).toEqual(['database', 'schema', 'disk', 'runtime']);
    expect(body.database).toMatchObject({ mode: 'embedded', reason: null, lost: [] });
  });

  it('is not for users: they see what anybody sees', async () => {
    const { http } = await startServer();
    const account = { name: 'Ada', email: 'ada@example.com', password: 'a long enough password' };
    await http.post('/api/v1/auth/register', account);
    const { body } = await http.post('/api/v1/auth/login', account);
    const ada = http.as(body.token);
    expect(Object.keys((await ada.get('/health')).body)).toEqual(['status', 'version']);
    expect((await ada.get('/health/dependencies')).status).toBe(403);
  });
});
