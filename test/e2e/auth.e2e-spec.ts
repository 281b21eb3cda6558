// Real: HTTP on a free port, the edge, identity, a database. The clock is moved by the test.
import { type IdentityWorld, identityWorld } from '#libs/identity/testing/identity.world.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

const PASSWORD = 'a sturdy password';
const HOUR = 3_600_000;

describe('auth', () => {
  let world: IdentityWorld;
  let count = 0;

  beforeAll(async () => {
    world = await identityWorld();
  });
  afterAll(() => world.close());

  const call = async (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${world.url}/api/v1/auth/${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });
  const newPerson = async () => {
    count += 1;
    const email = `person${count}@example.com`;
    const { body } = await call('POST', 'register', { name: `Person ${count}`, email, password: PASSWORD });
    return { email, user: body.user as { readonly id: string } };
  };
  const signIn = async (email: string) => (await call('POST', 'login', { email, password: PASSWORD })).body;

  describe('register', () => {
    it('answers the new user, with the role everybody starts with', async () => {
      const body = { name: 'Ada', email: 'Ada@Example.com', password: PASSWORD, role: 'admin', client_id: 'x' };
      const { status, body: answer } = await call('POST', 'register', body);
      expect(status).toBe(201);
      expect(answer).toEqual({ user: { id: expect.any(String), email: 'Ada@Example.com', name: 'Ada', role: 'user' } });
    });

    it('takes the display name of other clients, or the address, as the name', async () => {
      const named = await call('POST', 'register', { email: 'd1@x.org', password: PASSWORD, display_name: 'Dora' });
      const bare = await call('POST', 'register', { email: 'd2@x.org', password: PASSWORD, name: null });
      expect([named, bare].map(({ body }) => (body.user as { name: string }).name)).toEqual(['Dora', 'd2']);
    });

    it('refuses an address that is taken, in whatever case, also for many at once', async () => {
      const { email } = await newPerson();
      const again = await call('POST', 'register', { name: 'B', email: email.toUpperCase(), password: PASSWORD });
      expect([again.status, again.body.code]).toEqual([409, 'auth.email-taken']);
      const many = await Promise.all(
        Array.from({ length: 5 }, () => call('POST', 'register', { email: 'race@x.org', password: PASSWORD })),
      );
      expect(many.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(many.filter(({ status }) => status === 409)).toHaveLength(4);
    });

    it('names every unfit field', async () => {
      const { status, body } = await call('POST', 'register', { email: 'no address', password: 'short' });
      expect(status).toBe(422);
      expect(body.errors).toEqual({
        email: ['must be an e-mail address'],
        password: ['must have 12 to 128 characters'],
      });
      const missing = await call('POST', 'register', {});
      expect(Object.keys(missing.body.errors as object)).toEqual(['email', 'password']);
      expect((await call('POST', 'register', { email: 'a@x.org', password: 'password1234' })).body.errors).toEqual({
        password: ['is too easy to guess'],
      });
    });

    it('makes one user for one idempotency key', async () => {
      const headers = { 'idempotency-key': 'register-1' };
      const body = { email: 'once@x.org', password: PASSWORD };
      const first = await call('POST', 'register', body, headers);
      const again = await call('POST', 'register', body, headers);
      expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
      expect(again.body).toEqual(first.body);
    });

    it('is closed where the house says so', async () => {
      const closed = await identityWorld({ RENUM_REGISTRATION: 'closed' });
      const answer = await fetch(`${closed.url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'a@x.org', password: PASSWORD }),
      });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        403,
        'auth.registration-closed',
      ]);
      await closed.close();
    });
  });

  describe('login', () => {
    it('answers everything any client looks for, never to be cached', async () => {
      const { email, user } = await newPerson();
      const { status, headers, body } = await call('POST', 'login', { email, password: PASSWORD });
      expect(status).toBe(200);
      expect(body).toEqual({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        access_token: body.token,
        refresh_token: expect.stringMatching(/^rnm_rt_/),
        token_type: 'bearer',
        expires_in: 12 * 3600,
        user: { ...user, token: body.token },
      });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('set-cookie')).toBe(
        `renum_session=${String(body.token)}; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200`,
      );
    });

    it('tells nobody whether the person or the password is wrong', async () => {
      const { email } = await newPerson();
      const wrong = await call('POST', 'login', { email, password: 'not the password' });
      const unknown = await call('POST', 'login', { email: 'nobody@x.org', password: PASSWORD });
      expect([wrong.status, unknown.status]).toEqual([401, 401]);
      const { trace_id: _, ...shape } = wrong.body;
      expect(unknown.body).toMatchObject(shape);
      expect(wrong.body.detail).toBe('The e-mail address or the password is wrong.');
    });

    it('refuses an account that was switched off', async () => {
      const { email, user } = await newPerson();
      const { token } = await signIn(email);
      await world.database.work.write('UPDATE user_account SET is_active = ? WHERE id = ?', false, user.id);
      expect((await call('POST', 'login', { email, password: PASSWORD })).status).toBe(401);
      expect((await call('GET', 'me', undefined, bearer(token))).status).toBe(401);
    });

    it('slows down who guesses, and lets the person in again', async () => {
      const { email } = await newPerson();
      const guesses = [];
      for (let n = 0; n < 6; n += 1)
        guesses.push(await call('POST', 'login', { email, password: `guess number ${n}` }));
      expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
      expect(Number(guesses[5]?.headers.get('retry-after'))).toBeGreaterThan(0);
      world.clock.advance(30_000);
      expect((await call('POST', 'login', { email, password: PASSWORD })).status).toBe(200);
    });

    it('hashes again what was hashed too cheaply', async () => {
      const { email, user } = await newPerson();
      const kept = () =>
        world.database.find<{ hash: string }>('SELECT password_hash AS hash FROM user_account WHERE id = ?', user.id);
      const { hash } = await import('@node-rs/argon2');
      const cheap = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
      await world.database.work.write('UPDATE user_account SET password_hash = ? WHERE id = ?', cheap, user.id);
      await signIn(email);
      expect((await kept())?.hash).toMatch(/m=19456,t=2/);
      expect((await signIn(email)).token).toBeDefined();
    });
  });

  describe('a session', () => {
    it('shows the person, by token or cookie', async () => {
      const { email, user } = await newPerson();
      const { token } = await signIn(email);
      const me = await call('GET', 'me', undefined, bearer(token));
      expect(me.body).toEqual({ ...user, token });
      expect(me.headers.get('cache-control')).toBe('no-store');
      expect((await call('GET', 'me', undefined, { cookie: `renum_session=${String(token)}` })).body).toEqual({
        ...user,
        token,
      });
      expect((await call('GET', 'me', undefined, bearer('a.b.c'))).status).toBe(401);
      expect((await call('GET', 'me')).status).toBe(401);
    });

    it('ends with logout, at once, for access and refresh', async () => {
      const { email } = await newPerson();
      const { token, refresh_token } = await signIn(email);
      expect((await call('GET', 'me', undefined, bearer(token))).status).toBe(200);
      const out = await call('POST', 'logout', undefined, bearer(token));
      expect(out.body).toEqual({ success: true, status: 'success', message: 'Signed out' });
      expect(out.headers.get('set-cookie')).toMatch(/^renum_session=; .*Max-Age=0/);
      expect((await call('GET', 'me', undefined, bearer(token))).status).toBe(401);
      expect((await call('POST', 'refresh', { refresh_token })).body.code).toBe('auth.refresh');
      expect((await call('POST', 'logout', undefined, bearer(token))).status).toBe(401);
    });

    it('ends after its time', async () => {
      const { email } = await newPerson();
      const { token, refresh_token } = await signIn(email);
      world.clock.advance(12 * HOUR);
      expect((await call('GET', 'me', undefined, bearer(token))).status).toBe(401);
      expect((await call('POST', 'refresh', { refresh_token })).status).toBe(401);
    });

    it('goes on with a refresh, each token good once', async () => {
      const { email } = await newPerson();
      const first = await signIn(email);
      world.clock.advance(11 * HOUR);
      const next = await call('POST', 'refresh', { refresh_token: first.refresh_token });
      expect(next.status).toBe(200);
      expect(Object.keys(next.body).sort()).toEqual(Object.keys(first).sort());
      expect(next.body.refresh_token).not.toBe(first.refresh_token);
      world.clock.advance(11 * HOUR);
      expect((await call('GET', 'me', undefined, bearer(next.body.token))).status).toBe(200);
      expect((await call('GET', 'me', undefined, bearer(first.token))).status).toBe(401);
    });

    it('gives many refreshes at once the same successor', async () => {
      const { email } = await newPerson();
      const { refresh_token } = await signIn(email);
      const many = await Promise.all(Array.from({ length: 12 }, () => call('POST', 'refresh', { refresh_token })));
      expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(many.map(({ body }) => body.refresh_token)).size).toBe(1);
    });

    it('ends for everybody when a spent token comes again', async () => {
      const { email } = await newPerson();
      const first = await signIn(email);
      const next = (await call('POST', 'refresh', { refresh_token: first.refresh_token })).body;
      expect((await call('GET', 'me', undefined, bearer(next.token))).status).toBe(200);
      world.clock.advance(10_001);
      expect((await call('POST', 'refresh', { refresh_token: first.refresh_token })).status).toBe(401);
      expect((await call('POST', 'refresh', { refresh_token: next.refresh_token })).status).toBe(401);
      expect((await call('GET', 'me', undefined, bearer(next.token))).status).toBe(401);
    });

    it('lasts 30 days at most, however often it is refreshed', async () => {
      const { email } = await newPerson();
      let { refresh_token } = await signIn(email);
      let hours = 0;
      for (; hours < 40 * 24; hours += 10) {
        world.clock.advance(10 * HOUR);
        const { status, body } = await call('POST', 'refresh', { refresh_token });
        if (status !== 200) break;
        refresh_token = body.refresh_token;
      }
      expect(hours / 24).toBeCloseTo(30, 0);
    });

    it('does not follow nonsense', async () => {
      expect((await call('POST', 'refresh', { refresh_token: 'rnm_rt_nonsense' })).status).toBe(401);
      expect((await call('POST', 'refresh', {})).status).toBe(422);
    });
  });
});
