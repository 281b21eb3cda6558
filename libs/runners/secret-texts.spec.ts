import { Secret } from '#libs/kernel/index.js';
import { secretTexts, withoutSecrets } from './secret-texts.js';

const textsOf = (headers: Record<string, string>, secret?: string) =>
  secretTexts({
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])),
    secret: secret === undefined ? null : new Secret(secret),
  });

describe('what must not come back', () => {
  it('is every value, and what stands behind a scheme, the longest first', () => {
    expect(textsOf({ a: 'Bearer abcdefgh', b: '0123456789' }, 'signing-secret')).toEqual([
      'Bearer abcdefgh',
      'signing-secret',
      '0123456789',
      'abcdefgh',
    ]);
  });

  it('is not what ordinary answers consist of', () => {
    expect(textsOf({ Accept: 'application/json', mode: 'fast', x: 'Bearer short' })).toEqual(['Bearer short']);
  });
});

describe('a value without its secrets', () => {
  it('is the same value where there are none', () => {
    const value = { a: ['text'] };
    expect(withoutSecrets(value, [])).toBe(value);
    expect(withoutSecrets(value, ['other'])).toEqual(value);
  });

  it('has stars in every place, and leaves all else', () => {
    const value = { 'x-secret': ['a secret b secret', 5, null, true, { deep: 'secret' }] };
    expect(withoutSecrets(value, ['secret'])).toEqual({ 'x-***': ['a *** b ***', 5, null, true, { deep: '***' }] });
  });
});
