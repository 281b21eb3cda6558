import { Secret } from '#libs/kernel/index.js';
import { redacted, redactedText } from './redact.js';

test('hides the value of every sensitive name, at any depth and in any spelling', () => {
  const names = ['authorization', 'Proxy-Authorization', 'cookie', 'Set-Cookie', 'password', 'newPassword', 'token'];
  const more = [
    'access_token',
    'refreshToken',
    'apiKey',
    'api_key',
    'X-API-Key',
    'user_api_keys',
    'secret',
    'hs256Secret',
  ];
  for (const name of [...names, ...more, 'private_key', 'credentials', 'parameters']) {
    expect(redacted({ a: [{ [name]: ['canary'] }] })).toEqual({ a: [{ [name]: '[redacted]' }] });
  }
});

test('leaves names that only sound alike, and says null for what is not there', () => {
  const value = { tokens_input: 1, max_tokens: 2, tokenizer: 'x', key: 'k', password: null, secretary: 'Ann' };
  expect(redacted(value)).toEqual(value);
});

test('scrubs texts, keys and errors with their causes and own fields', () => {
  const cause = Object.assign(new TypeError('sk-canary-123456789'), {
    code: 'EBAD',
    config: { headers: { cookie: 'canary' } },
  });
  const error = new AggregateError([cause], 'cannot open /x?token=canary', { cause });
  const shown = redacted({ error, rnm_pat_canary123: 1 });
  expect(shown).toMatchObject({
    error: {
      type: 'AggregateError',
      message: 'cannot open /x?token=[redacted]',
      stack: expect.stringContaining('redact.spec'),
      cause: { type: 'TypeError', message: '[redacted]', code: 'EBAD', config: { headers: { cookie: '[redacted]' } } },
    },
    '[redacted]': 1,
  });
  expect(JSON.stringify(shown)).not.toContain('canary');
});

test('turns everything into plain JSON', () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const value = {
    date: new Date(0),
    url: new URL('https://me:canary@host/?token=canary'),
    secret: new Secret('canary'),
    hidden: { value: new Secret('canary') },
    bytes: Buffer.from('canary'),
    big: 12n,
    nan: Number.NaN,
    map: new Map([['password', 'canary']]),
    set: new Set([1]),
    call: () => 1,
    sign: Symbol('s'),
    gone: undefined,
    list: [undefined, null, true],
    loop,
  };
  expect(redacted(value)).toEqual({
    date: '1970-01-01T00:00:00.000Z',
    url: 'https://[redacted]@host/?token=[redacted]',
    secret: '[redacted]',
    hidden: { value: '[secret]' },
    bytes: '[6 bytes]',
    big: '12',
    nan: 'NaN',
    map: { password: '[redacted]' },
    set: [1],
    call: '[function]',
    sign: '[symbol]',
    list: [null, null, true],
    loop: { self: '[circular]' },
  });
});

test('never throws and never grows without bound', () => {
  const hostile = {
    get trap(): string {
      throw new Error('no');
    },
  };
  expect(redacted({ hostile, fine: 1 })).toEqual({ hostile: '[unreadable]', fine: 1 });
  expect(redacted(Array.from({ length: 103 }, () => 0))).toHaveLength(101);
  expect(redacted(Object.fromEntries(Array.from({ length: 102 }, (_, n) => [`k${n}`, n])))).toMatchObject({
    '…': '[2 more]',
  });
  const deep = Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), 'x');
  expect(JSON.stringify(redacted(deep))).toContain('[too deep]');
  expect(redactedText('a'.repeat(10_000))).toMatch(/^a{8192}… \[1808 more characters\]$/);
  expect(redactedText(`${'a '.repeat(4_090)}Bearer canarycanary${' a'.repeat(2_000)}`)).not.toContain('canary');
});
