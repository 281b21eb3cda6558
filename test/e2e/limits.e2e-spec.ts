// Real: the whole server over HTTP and WebSockets.
import { once } from 'node:events';
import WebSocket from 'ws';
import { type HttpClient, PASSWORD, startServer, type TestServer } from '../harness/index.js';

const QUOTA = 20;

describe('the rate limit', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      RENUM_RATE_LIMIT_PER_MINUTE: String(QUOTA),
      RENUM_TRUST_PROXY: '127.0.0.0/8, ::1',
    });
  });

  /** Somebody new, who signs up and in from an address of its own. */
  async function signedIn(address: string): Promise<HttpClient> {
    const email = `${crypto.randomUUID()}@example.com`;
    await server.http.post('/api/v1/auth/register', { name: 'Ada', email, password: PASSWORD }, from(address));
    const { body } = await server.http.post('/api/v1/auth/login', { email, password: PASSWORD }, from(address));
    return server.http.as(body.token);
  }

  it('counts down in the headers and refuses with the time to come back', async () => {
    const ada = await signedIn('203.0.113.1');
    for (let left = QUOTA - 1; left >= 0; left -= 1) {
      const { status, headers } = await ada.get('/api/v1/agents');
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe(`"default";q=${QUOTA};w=60`);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"default";r=${left};t=(60|5\\d)$`));
    }
    const refused = await ada.get('/api/v1/agents');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ status: 429, code: 'rate.limited', type: 'urn:renum:rate.limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(40);
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
  });

  it('lets exactly the quota in, however many come at once, and nobody else pays', async () => {
    const ada = await signedIn('203.0.113.2');
    const eve = await signedIn('203.0.113.3');
    const answers = await Promise.all(Array.from({ length: 60 }, () => ada.get('/api/v1/teams')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(QUOTA);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(60 - QUOTA);
    expect((await eve.get('/api/v1/teams')).status).toBe(200);
  });

  it('counts strangers by the address that a trusted proxy tells, whatever they claim before it', async () => {
    const ask = (forwarded: string) => server.http.get('/', from(forwarded));
    for (let n = 0; n < QUOTA; n += 1) expect((await ask(`198.51.100.${n}, 203.0.113.4`)).status).toBe(200);
    expect((await ask('198.51.100.99, 203.0.113.4')).status).toBe(429);
    expect((await ask('203.0.113.5')).status).toBe(200);
  });

  it('counts bad tokens by address, before it says that they are bad', async () => {
    const ask = () => server.http.as('wrong').get('/api/v1/agents', from('203.0.113.6'));
    const seen = await Promise.all(Array.from({ length: QUOTA + 5 }, ask));
    expect(seen.filter(({ status }) => status === 401)).toHaveLength(QUOTA);
    expect(seen.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it.each(['/livez', '/readyz', '/readyz/database', '/startupz', '/health', '/metrics', '/docs', '/openapi.json'])(
    'never holds %s up',
    async (path) => {
      const answers = await Promise.all(
        Array.from({ length: QUOTA + 5 }, () => server.http.get(path, from('203.0.113.7'))),
      );
      for (const { status, headers } of answers) {
        expect(status).not.toBe(429);
        expect(headers.get('ratelimit')).toBeNull();
      }
    },
  );

  it('counts the opening of a socket as one call', async () => {
    const ada = await signedIn('203.0.113.8');
    const { body } = await ada.get('/api/v1/auth/me');
    const open = async (): Promise<number> => {
      const id = crypto.randomUUID();
      const socket = new WebSocket(
        `${server.url.replace('http', 'ws')}/api/v1/ws/executions/${id}?token=${body.token}`,
      );
      const [code] = await once(socket, 'close');
      return code;
    };
    const codes = [];
    for (let n = 0; n < QUOTA; n += 1) codes.push(await open());
    expect(codes).toEqual([...Array(QUOTA - 1).fill(1_008), 1_013]);
    expect((await ada.get('/api/v1/agents')).status).toBe(429);
  });
});

describe('a limit of 0', () => {
  it('limits nothing and says nothing, but logins stay protected', async () => {
    const { http } = await startServer({ RENUM_RATE_LIMIT_PER_MINUTE: '0' });
    const { headers } = await http.get('/');
    expect(headers.get('ratelimit')).toBeNull();
    const body = { email: 'ada@example.com', password: 'wrong wrong wrong' };
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await http.post('/api/v1/auth/login', body)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

function from(address: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { 'x-forwarded-for': address } };
}
