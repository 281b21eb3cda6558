import { connect } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '#libs/kernel/index.js';
import type { ListedAudit } from '#libs/platform/audit/testing/listed.audit.js';
import { RoutesUndeclared } from './index.js';
import { ADA, edge } from './testing/edge.world.js';
import type { OpenGate } from './testing/open.gate.js';

class Crowded extends AppError {
  readonly code = 'rate.limited';
  readonly kind = 'limited';
}

/** Real: Nest, Fastify, HTTP on a free port. */
describe('the edge', () => {
  let app: NestFastifyApplication;
  let url: string;
  let audit: ListedAudit;
  let gate: OpenGate;

  beforeAll(async () => {
    ({ app, url, audit, gate } = await edge());
  });
  afterAll(() => app.close());

  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const json = { 'content-type': 'application/json' };
  const get = (path: string, headers: Record<string, string> = as('ada')) => fetch(url + path, { headers });
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(url + path, { method: 'POST', body, headers: { ...as('ada'), ...json, ...headers } });

  async function problem(answer: Response): Promise<Record<string, unknown>> {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      type: `urn:renum:${String(body.code)}`,
      title: expect.any(String),
      status: answer.status,
      detail: expect.any(String),
      message: expect.any(String),
      instance: expect.stringMatching(/^\//),
      trace_id: answer.headers.get('x-request-id'),
    });
    return body;
  }

  /** One raw exchange, for what `fetch` refuses to send. */
  function raw(text: string | Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
  }

  describe('the gate', () => {
    const policy = '"default";q=2;w=60';
    beforeEach(() => {
      gate.callers.length = 0;
    });
    afterEach(() => {
      gate.says = null;
    });

    it('is asked once for each call, about the person or, failing that, the address', async () => {
      await get('/notes/me');
      await get('/notes/me', as('slow:ada'));
      await get('/notes/me', {});
      await get('/notes/of/x', as('ada'));
      const nobody = { actor: null, address: '127.0.0.1' };
      const ada = { ...nobody, actor: ADA };
      expect(gate.callers).toEqual([ada, ada, nobody, nobody]);
    });

    it('tells whoever comes in how many more may follow', async () => {
      for (const says of [{ policy, standing: '"default";r=1;t=60', refusal: null }]) {
        for (gate.says of [says, Promise.resolve(says)]) {
          const { status, headers } = await get('/notes/me');
          expect(status).toBe(200);
          expect(headers.get('ratelimit-policy')).toBe(policy);
          expect(headers.get('ratelimit')).toBe('"default";r=1;t=60');
        }
      }
    });

    it('turns away before it is asked who may do what', async () => {
      const refusal = new Crowded('Slow down.', { retryAfterSeconds: 12 });
      gate.says = { policy, standing: '"default";r=0;t=12', refusal };
      for (const answer of [await get('/notes/me', {}), await get('/notes/admin'), await get('/notes/of/x')]) {
        expect(answer.status).toBe(429);
        expect(answer.headers.get('retry-after')).toBe('12');
        expect(answer.headers.get('ratelimit')).toBe('"default";r=0;t=12');
        expect((await problem(answer)).code).toBe('rate.limited');
      }
    });

    it('is not asked about what must never be held up', async () => {
      expect((await get('/notes/pulse')).headers.get('ratelimit')).toBeNull();
      expect(gate.callers).toEqual([]);
    });
  });

  describe('who may call', () => {
    it('knows the bearer of a token, at once or after a look', async () => {
      for (const token of ['ada', 'slow:ada']) {
        const answer = await get('/notes/me', as(token));
        expect(answer.status).toBe(200);
        expect(await answer.json()).toEqual(ADA);
      }
    });

    it('answers 401 with a challenge without a token, with a wrong one, and with another scheme', async () => {
      for (const headers of [{}, as('eve'), { authorization: 'Basic YTpi' }, { authorization: 'Bearer' }]) {
        const answer = await get('/notes/me', headers as Record<string, string>);
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        expect((await problem(answer)).code).toBe('auth.required');
      }
    });

    it('answers 403 to a role without the permission, and lets one with it in', async () => {
      const refused = await get('/notes/admin');
      expect(refused.status).toBe(403);
      expect((await problem(refused)).code).toBe('auth.forbidden');
      expect((await get('/notes/admin', as('root'))).status).toBe(200);
    });

    it('puts it on record before it answers 403, and answers 403 where it cannot', async () => {
      audit.entries.length = 0;
      await get('/notes/admin');
      expect(audit.entries).toEqual([
        {
          actor: ADA,
          did: 'route.forbidden',
          to: 'GET /notes/admin',
          outcome: 'refused',
          details: { permission: 'house:rule' },
        },
      ]);
      audit.isBroken = true;
      expect((await get('/notes/admin')).status).toBe(403);
      audit.isBroken = false;
    });

    it('takes the session cookie where no other site can have sent it', async () => {
      const cookie = 'a=b; renum_session=ada; c=d';
      expect((await get('/notes/me', { cookie })).status).toBe(200);
      expect((await get('/notes/me', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(401);
      expect((await get('/notes/me', { cookie, authorization: 'Bearer eve' })).status).toBe(401);
    });

    it('takes a token of the query only where the route says so', async () => {
      expect((await get('/notes/me?token=ada', {})).status).toBe(200);
      expect((await get('/notes/me?token=', {})).status).toBe(401);
      expect((await get('/notes?token=ada', {})).status).toBe(401);
    });

    it('knows a caller on a public route that asks, and lets strangers pass', async () => {
      expect(await (await get('/notes/maybe')).json()).toEqual({ email: ADA.email });
      expect(await (await get('/notes/maybe', {})).json()).toEqual({ email: null });
      expect(await (await get('/notes/maybe', as('eve'))).json()).toEqual({ email: null });
    });

    it('does not open the house while a route declares nothing', async () => {
      @Controller('bare')
      class Bare {
        @Get('one') one() {}
        @Get('two') two() {}
      }
      const opening = edge({}, [Bare]);
      await expect(opening).rejects.toThrow(RoutesUndeclared);
      await expect(edge({}, [Bare])).rejects.toThrow('Undeclared: GET /bare/one, GET /bare/two');
      const { app: open } = await edge({ publicPaths: ['/bare'] }, [Bare]);
      await open.close();
    });
  });

  describe('refusals', () => {
    it('answers an unknown route as a problem, without its query', async () => {
      const answer = await get('/nowhere?token=secret');
      expect(answer.status).toBe(404);
      const body = await problem(answer);
      expect(body.code).toBe('route.not-found');
      expect(JSON.stringify(body)).not.toContain('secret');
    });

    it('keeps the inside of a fault to itself', async () => {
      const answer = await post('/notes', '{"title":"boom"}');
      expect(answer.status).toBe(500);
      const body = await problem(answer);
      expect(body.code).toBe('server.error');
      expect(JSON.stringify(body)).not.toMatch(/select|home/);
    });

    it('gives the code of a service, and says when to come back', async () => {
      expect((await problem(await post('/notes', '{"title":"taken"}'))).code).toBe('note.taken');
      const crowded = await post('/notes', '{"title":"crowded"}');
      expect(crowded.status).toBe(503);
      expect(crowded.headers.get('retry-after')).toBe('5');
    });

    it.each([
      ['no JSON', '{', 400],
      ['a poisoned prototype', '{"title":"a","__proto__":{"x":1}}', 400],
      ['a poisoned constructor', '{"title":"a","constructor":{"prototype":{}}}', 400],
      ['nesting beyond 64', `{"title":"a","extra":${'['.repeat(64)}${']'.repeat(64)}}`, 400],
      ['a very deep nesting', '['.repeat(100_000), 400],
      ['only spaces', '  ', 400],
      ['a list where an object belongs', '[]', 422],
      ['a text where an object belongs', '"x"', 422],
      ['nothing at all', '', 422],
    ])('refuses %s', async (_, body, status) => {
      const answer = await post('/notes', body);
      expect(answer.status).toBe(status);
      await problem(answer);
    });

    it('refuses bytes that are no UTF-8', async () => {
      const bytes = new Uint8Array([...Buffer.from('{"title":"'), 0xff, ...Buffer.from('"}')]);
      expect((await problem(await post('/notes', bytes))).detail).toBe('The body is not valid UTF-8.');
    });

    it('refuses bodies above 1 MiB, other media types and encoded bodies', async () => {
      const large = await post('/notes', JSON.stringify({ title: 'x'.repeat(1024 * 1024) }));
      expect([large.status, (await problem(large)).code]).toEqual([413, 'request.too-large']);
      const form = await post('/notes', 'title=a', { 'content-type': 'application/x-www-form-urlencoded' });
      expect([form.status, (await problem(form)).code]).toEqual([415, 'request.unsupported-media-type']);
      const packed = await post('/notes', '{}', { 'content-encoding': 'gzip' });
      expect([packed.status, (await problem(packed)).code]).toEqual([415, 'request.unsupported-encoding']);
      expect((await post('/notes', '{"title":"a"}', { 'content-encoding': 'identity' })).status).toBe(201);
    });

    it('answers a broken address, an endless parameter and a broken query, and none with 5xx', async () => {
      const broken = await raw('GET /notes/of/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      expect(broken).toMatch(/^HTTP\/1.1 400 /);
      expect(broken).toContain('application/problem+json');
      expect(broken).toContain('x-content-type-options: nosniff');
      expect((await get(`/notes/of/${'a'.repeat(600)}`)).status).toBe(404);
      expect((await get('/notes/of/a?x=%ff')).status).toBe(400);
      expect((await get('/notes/of/a?x=%41')).status).toBe(200);
      expect((await get('/notes/of/a%00b')).status).toBe(404);
    });

    it('answers what is no HTTP at all, and headers without end', async () => {
      expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [\s\S]*problem\+json/);
      const headers = await raw(`GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`);
      expect(headers).toMatch(/^HTTP\/1.1 431 [\s\S]*request.headers-too-large/);
    });

    it('answers a malformed id exactly like an unknown one', async () => {
      expect((await problem(await get('/notes/17'))).code).toBe('resource.not-found');
      expect(await (await get(`/notes/${ADA.id.toUpperCase()}`)).json()).toEqual({ id: ADA.id });
    });
  });

  describe('bodies and queries', () => {
    it('names every wrong field by its path and converts nothing', async () => {
      const body = { title: '', stars: '5', workflow: { agents: [{ agent_id: 'a' }, { agent_id: 7 }, null, {}] } };
      const answer = await post('/notes', JSON.stringify(body));
      expect(answer.status).toBe(422);
      expect(await problem(answer)).toMatchObject({
        code: 'request.invalid',
        message: 'Validation failed',
        errors: {
          title: ['must be longer than or equal to 1 characters'],
          stars: ['must be an integer number'],
          'workflow.agents[1].agent_id': ['must be a string'],
          'workflow.agents[2]': ['must be an object'],
          'workflow.agents[3].agent_id': ['must be a string'],
        },
      });
    });

    it('drops unknown fields and keeps known ones exactly', async () => {
      const extra = { constructor: 'x', deep: [{ 'a.b': null }], n: 1.5 };
      const answer = await post('/notes', JSON.stringify({ title: 'é😀', extra, nonsense: '\u0000' }));
      expect(answer.status).toBe(201);
      const { id, second, ...kept } = (await answer.json()) as Record<string, unknown>;
      expect(kept).toEqual({ title: 'é😀', extra });
      expect([typeof id, second]).toEqual(['string', false]);
    });

    it.each([
      ['{"title":"a\\u0000b"}', 'title'],
      ['{"title":"\\ud800"}', 'title'],
      ['{"title":"a","extra":{"x":[{"y":"\\udc00"}]}}', 'extra.x[0].y'],
      ['{"title":"a","extra":{"\\u0000":1}}', 'extra'],
      ['{"title":"a","extra":{"n":1e999}}', 'extra.n'],
      ['{"title":"a","extra":{"n":12345678901234567890}}', 'extra.n'],
      ['{"title":"a","workflow":{"agents":[{"agent_id":"\\u0000"}]}}', 'workflow.agents[0].agent_id'],
    ])('refuses what could not be stored as sent: %s', async (body, field) => {
      const answer = await post('/notes', body);
      expect(answer.status).toBe(422);
      expect(Object.keys((await problem(answer)).errors as object)).toEqual([field]);
    });

    it('looks into bodies without a class as well', async () => {
      expect((await post('/notes/raw', '{"a":["\\u0000"]}')).status).toBe(422);
      expect(await (await post('/notes/raw', '[1]')).json()).toEqual({ body: [1] });
    });

    it('accepts an empty body with and without a content type', async () => {
      expect((await post('/notes/stop', '')).status).toBe(200);
      expect((await fetch(`${url}/notes/stop`, { method: 'POST', headers: as('ada') })).status).toBe(200);
    });

    it('converts query parameters to what they are declared as', async () => {
      const list = async (query: string) => (await get(`/notes${query}`)).json();
      expect(await list('')).toEqual({ page: 1, limit: 10, active_only: true });
      expect(await list('?page=2&limit=&active_only=0&name_filter=5&other=x')).toEqual({
        page: 2,
        limit: 10,
        active_only: false,
        name_filter: '5',
      });
      expect(await list('?page=1&page=3&active_only=true')).toMatchObject({ page: 3, active_only: true });
      expect(await list('?log_types[]=a&log_types[]=b')).toMatchObject({ log_types: ['a', 'b'] });
      expect(await list('?log_types=a,b&log_types=c')).toMatchObject({ log_types: ['a', 'b', 'c'] });
    });

    it('names the parameter that is wrong', async () => {
      const wrong = async (path: string) => Object.keys((await problem(await get(path))).errors as object);
      expect(await wrong('/notes?page=x&limit=500&active_only=maybe')).toEqual(['page', 'limit', 'active_only']);
      expect(await wrong('/notes?log_types=a,z')).toEqual(['log_types']);
      expect(await wrong('/notes?name_filter=%00')).toEqual(['name_filter']);
      expect(await wrong('/notes/of/a?size=big')).toEqual(['size']);
      expect(await wrong('/notes/of/a?deep=perhaps')).toEqual(['deep']);
      expect(await (await get('/notes/of/a?size=3&deep=1')).json()).toEqual({ name: 'a', size: 3, deep: true });
    });
  });

  describe('every answer', () => {
    it('carries a request id: the caller’s own if well formed', async () => {
      expect((await get('/notes', { 'x-request-id': 'abc.D-1_2' })).headers.get('x-request-id')).toBe('abc.D-1_2');
      const made = (await get('/notes', { 'x-request-id': 'a b' })).headers.get('x-request-id');
      expect(made).toMatch(/^[\w.-]{8,128}$/);
      expect((await get('/notes', {})).headers.get('x-request-id')).not.toBe(made);
    });

    it('carries the security headers, and names no server', async () => {
      for (const path of ['/notes', '/nowhere']) {
        const { headers } = await get(path);
        expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('strict-transport-security')).toBeNull();
        expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull();
      }
    });

    it('is private, or not stored at all', async () => {
      expect((await get('/notes')).headers.get('cache-control')).toBe('private, no-cache');
      expect((await get('/notes/token')).headers.get('cache-control')).toBe('no-store');
      expect((await get('/notes', {})).headers.get('cache-control')).toBe('no-store');
    });

    it('is not sent again to who has it', async () => {
      const etag = (await get('/notes')).headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"/);
      const again = await get('/notes', { ...as('ada'), 'if-none-match': `"x", ${etag}` });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
      expect((await get('/notes?page=2', { ...as('ada'), 'if-none-match': etag })).status).toBe(200);
      expect((await get('/notes/token')).headers.get('etag')).toBeNull();
    });

    it('is packed above 1 KiB in the way the caller understands best', async () => {
      const headers = async (path: string, accepts: string) => {
        const answer = await app.inject({ url: path, headers: { ...as('ada'), 'accept-encoding': accepts } });
        const { 'content-encoding': encoding, vary } = answer.headers;
        return [encoding, vary, answer.rawPayload.length > 1024];
      };
      const both = 'Origin, Accept-Encoding';
      expect(await headers('/notes/long', 'gzip, br')).toEqual(['br', both, false]);
      expect(await headers('/notes/long', 'gzip, zstd')).toEqual(['zstd', both, false]);
      expect(await headers('/notes/long', 'br;q=0, gzip;q=0.5')).toEqual(['gzip', both, false]);
      expect(await headers('/notes/long', '*;q=0')).toEqual([undefined, both, true]);
      expect(await headers('/notes', 'br')).toEqual([undefined, 'Origin', false]);
      expect(await headers('/notes/long-token', 'br')).toEqual([undefined, 'Origin', true]);
      expect(await headers('/notes/stream?type=text/css', 'gzip')).toEqual(['gzip', both, false]);
      expect(await headers('/notes/stream?type=text/event-stream', 'gzip')).toEqual([undefined, 'Origin', true]);
      expect(await headers('/notes/stream?type=image/png', 'gzip')).toEqual([undefined, 'Origin', true]);
    });

    it('packed or not, says the same under the same tag', async () => {
      const packed = await get('/notes/long');
      const plain = await get('/notes/long', { ...as('ada'), 'accept-encoding': 'identity' });
      expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
      expect(await packed.text()).toBe(await plain.text());
      expect(packed.headers.get('etag')).toBe(plain.headers.get('etag'));
    });

    it('to HEAD has no body', async () => {
      const answer = await fetch(`${url}/notes`, { method: 'HEAD', headers: as('ada') });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    });
  });

  describe('other origins', () => {
    it('answers the preflight of an allowed one without a token', async () => {
      const headers = { origin: 'https://ui.example', 'access-control-request-method': 'PATCH' };
      const answer = await fetch(`${url}/notes/me`, { method: 'OPTIONS', headers });
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe('https://ui.example');
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
      expect(answer.headers.get('access-control-allow-methods')).toMatch(/PUT, PATCH, DELETE/);
      expect(answer.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
      expect(answer.headers.get('vary')).toBe('Origin');
    });

    it('never echoes one that is not allowed', async () => {
      const answer = await get('/notes', { ...as('ada'), origin: 'https://evil.example' });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('vary')).toBe('Origin');
    });

    it('lets an allowed one read the answer, also of a refusal', async () => {
      const answer = await get('/notes', { origin: 'https://ui.example' });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, 'https://ui.example']);
    });
  });
});
