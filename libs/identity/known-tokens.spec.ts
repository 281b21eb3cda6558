import { KnownTokens } from './known-tokens.js';

describe('KnownTokens', () => {
  const actor = (id: string) => ({ id, email: `${id}@x`, role: 'user' as const });
  const known = (id: string, sessionId = `session of ${id}`) => ({ actor: actor(id), sessionId, expiresAt: 100 });

  it('knows a token until it expires', () => {
    const tokens = new KnownTokens();
    tokens.add('a', known('ada'));
    expect(tokens.find('a', 99)).toEqual(actor('ada'));
    expect(tokens.find('a', 100)).toBeNull();
    expect(tokens.find('b', 0)).toBeNull();
  });

  it('forgets a session or a person in both generations', () => {
    const tokens = new KnownTokens(2);
    for (const hash of ['a', 'b', 'c']) tokens.add(hash, known('ada', hash));
    tokens.forgetSession('a');
    expect([tokens.find('a', 0), tokens.find('c', 0)]).toEqual([null, actor('ada')]);
    tokens.forgetUser('ada');
    expect(['b', 'c'].map((hash) => tokens.find(hash, 0))).toEqual([null, null]);
  });

  it('stays bounded and keeps what is in use', () => {
    const tokens = new KnownTokens(10);
    tokens.add('used', known('ada'));
    for (let n = 0; n < 100; n += 1) {
      tokens.add(`once ${n}`, known('bob'));
      expect(tokens.find('used', 0)).not.toBeNull();
      expect(tokens.count).toBeLessThanOrEqual(20);
    }
    expect(tokens.find('once 0', 0)).toBeNull();
  });
});
