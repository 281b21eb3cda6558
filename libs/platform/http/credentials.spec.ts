import { originRule } from './cors.js';
import { credentialOf, sessionCookie } from './credentials.js';

describe('credentialOf', () => {
  const isAllowed = originRule(['https://ui.example']);
  const ask = (method: string, headers: Record<string, string>, protocol = 'http') =>
    credentialOf({ method, headers, protocol, host: 'api.example:9000' }, isAllowed);
  const cookie = 'renum_session=t';

  it('takes the bearer token, in any spelling of the scheme', () => {
    expect(ask('POST', { authorization: 'bearer  t' })).toEqual({ via: 'bearer', token: 't' });
  });

  it('does not mend a bad Authorization header with a cookie', () => {
    expect(ask('GET', { authorization: 'Bearer', cookie })).toBeNull();
  });

  it.each([
    ['GET', {}, true],
    ['GET', { 'sec-fetch-site': 'same-site' }, true],
    ['GET', { 'sec-fetch-site': 'cross-site' }, false],
    ['GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, true],
    ['POST', { 'sec-fetch-site': 'same-origin' }, true],
    ['POST', { 'sec-fetch-site': 'same-site', origin: 'http://api.example:9000' }, false],
    ['DELETE', { 'sec-fetch-site': 'none' }, false],
    ['POST', {}, false],
    ['POST', { origin: 'http://api.example:9000' }, true],
    ['POST', { origin: 'http://api.example' }, false],
    ['POST', { origin: 'https://ui.example' }, true],
    ['POST', { origin: 'null' }, false],
    ['POST', { referer: 'http://api.example:9000/page?x=1' }, true],
    ['POST', { referer: 'https://evil.example/http://api.example:9000' }, false],
    ['POST', { origin: 'https://evil.example', referer: 'http://api.example:9000/' }, false],
  ])('a cookie on %s with %j counts: %s', (method, headers, counts) => {
    expect(ask(method, { ...(headers as Record<string, string>), cookie })).toEqual(
      counts ? { via: 'cookie', token: 't' } : null,
    );
  });

  it('wants the __Host- name on https', () => {
    expect(ask('GET', { cookie }, 'https')).toBeNull();
    expect(ask('GET', { cookie: '__Host-renum_session=s' }, 'https')).toEqual({ via: 'cookie', token: 's' });
    expect(ask('GET', { cookie: 'renum_session=' })).toBeNull();
    expect(ask('GET', { cookie: 'xrenum_session=t; flag' })).toBeNull();
  });

  it('writes cookies a script cannot read, and only over TLS where there is TLS', () => {
    expect(sessionCookie('http', 't', 60)).toBe('renum_session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60');
    expect(sessionCookie('https', 't', 0)).toBe(
      '__Host-renum_session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure',
    );
  });
});

describe('originRule', () => {
  it('lets any port of this machine in during development, and nothing that only looks like it', () => {
    const isAllowed = originRule('localhost');
    expect(['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:5173'].every(isAllowed)).toBe(true);
    expect(['http://localhost.evil.example', 'http://evil.example/localhost', 'null'].some(isAllowed)).toBe(false);
  });
});
