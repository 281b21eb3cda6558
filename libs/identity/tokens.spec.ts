import { SignJWT, UnsecuredJWT } from 'jose';
import { ManualClock, newId, Secret } from '#libs/kernel/index.js';
import { KeyRing } from '#libs/platform/secrets/index.js';
import { AccessTokens, hasTokenShape } from './access-tokens.js';
import { RefreshTokens } from './refresh-tokens.js';

const key = (id: string, byte: number) => ({ id, key: new Secret(Buffer.alloc(32, byte).toString('base64')) });
const ring = new KeyRing([key('one', 1)]);

describe('access tokens', () => {
  const clock = new ManualClock();
  const tokens = new AccessTokens(ring, clock);
  const claims = { userId: newId(), sessionId: newId(), expiresAt: clock.now() + 60_000 };
  const signed = () => tokens.sign({ ...claims, role: 'user' });
  const secret = ring.derive('one', 'identity access-token HS256') ?? Buffer.alloc(0);

  it('come back as they were given, in URL-safe characters, and never twice alike', async () => {
    const token = await signed();
    expect(hasTokenShape(token)).toBe(true);
    expect(await tokens.read(token)).toEqual(claims);
    expect(await signed()).not.toBe(token);
  });

  it('end at their time', async () => {
    const short = new ManualClock(clock.now());
    const own = new AccessTokens(ring, short);
    const token = await signed();
    short.advance(59_000);
    expect(await own.read(token)).not.toBeNull();
    short.advance(1_000);
    expect(await own.read(token)).toBeNull();
  });

  it('are read by a ring that still has their key, and by no other', async () => {
    const token = await signed();
    expect(await new AccessTokens(new KeyRing([key('two', 2), key('one', 1)]), clock).read(token)).toEqual(claims);
    expect(await new AccessTokens(new KeyRing([key('two', 2)]), clock).read(token)).toBeNull();
    expect(await new AccessTokens(new KeyRing([key('one', 2)]), clock).read(token)).toBeNull();
  });

  it.each([
    [
      'unsigned',
      () => Promise.resolve(new UnsecuredJWT({ sid: 's' }).setSubject('u').setExpirationTime('1h').encode()),
    ],
    ['of another audience', () => forged({ audience: 'other' })],
    ['of another issuer', () => forged({ issuer: 'other' })],
    ['without an end', () => forged({ end: false })],
    ['without a session', () => forged({ sid: 7 })],
    ['with another algorithm', () => forged({ alg: 'HS512' })],
    ['changed', async () => (await signed()).replace(/\.(.)/, (_, first) => `.${first === 'e' ? 'f' : 'e'}`)],
    ['nonsense', () => Promise.resolve('a.b.c')],
  ])('that are %s are nobody’s', async (_, make) => {
    expect(await tokens.read(await make())).toBeNull();
  });

  interface Forgery {
    audience?: string;
    issuer?: string;
    end?: boolean;
    sid?: unknown;
    alg?: string;
  }
  function forged({
    audience = 'renum',
    issuer = 'renum',
    end = true,
    sid = 's',
    alg = 'HS256',
  }: Forgery): Promise<string> {
    const token = new SignJWT({ sid })
      .setProtectedHeader({ alg, kid: 'one' })
      .setSubject('u')
      .setIssuer(issuer)
      .setAudience(audience);
    if (end) token.setExpirationTime(Math.floor(clock.now() / 1000) + 60);
    return token.sign(secret);
  }

  it('have one spelling', async () => {
    const token = await signed();
    for (const other of [`${token} `, `${token}=`, token.replace('.', ' .'), `${token}.x`, 'x'.repeat(5_000)]) {
      expect(hasTokenShape(other)).toBe(false);
    }
  });
});

describe('refresh tokens', () => {
  const tokens = new RefreshTokens(ring);
  const claims = { sessionId: newId(), turn: 3 };

  it('come back as they were given, and are the same each time', () => {
    const token = tokens.make(claims);
    expect(tokens.read(token)).toEqual(claims);
    expect(tokens.make(claims)).toBe(token);
    expect(tokens.make({ ...claims, turn: 4 })).not.toBe(token);
  });

  it('are refused when any character is another one', () => {
    const token = tokens.make(claims);
    for (let at = 0; at < token.length - 1; at += 1) {
      const other = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(tokens.read(other)).toBeNull();
    }
    expect(tokens.read('')).toBeNull();
  });

  it('survive a new active key', () => {
    const token = tokens.make(claims);
    expect(new RefreshTokens(new KeyRing([key('two', 2), key('one', 1)])).read(token)).toEqual(claims);
    expect(new RefreshTokens(new KeyRing([key('two', 2)])).read(token)).toBeNull();
  });
});
