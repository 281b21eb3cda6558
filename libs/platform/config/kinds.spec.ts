import type { Kind, Raw } from './key.js';
import { egressTargets, host, origins, ranges, webUrl } from './network.kinds.js';
import { keyRing, redisUrl, secret } from './secret.kinds.js';
import { duration, oneOf, seconds, text, usd, whole } from './value.kinds.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

function read<T>(kind: Kind<T>, raw: Raw): T | 'refused' {
  const parsed = kind.parse(raw);
  return parsed.ok ? parsed.value : 'refused';
}

describe.each<[string, Kind<unknown>, readonly (readonly [Raw, unknown])[], readonly Raw[]]>([
  [
    'a whole number',
    whole({ min: 1, max: 10 }),
    [
      ['1', 1],
      ['10', 10],
    ],
    ['0', '11', '1.5', '-1', '1e1', '0x1', '', 'NaN', ['1']],
  ],
  [
    'seconds',
    seconds({ min: 0, max: 60 }),
    [
      ['0', 0],
      ['60', 60_000],
    ],
    ['61', '1s', '0.5'],
  ],
  [
    'a duration',
    duration({ min: '1s', max: '1d' }),
    [
      ['1000ms', 1_000],
      ['1s', 1_000],
      ['90m', 5_400_000],
      ['12h', 43_200_000],
      ['1d', 86_400_000],
    ],
    ['1', '0s', '2d', '1h30m', '-1s', '1 h', '12H'],
  ],
  [
    'US dollars',
    usd({ max: 100 }),
    [
      ['0', 0],
      ['0.5', 0.5],
      ['100', 100],
    ],
    ['-1', '100.01', '1e1', '$5', '.5', '0.1234567'],
  ],
  ['a choice', oneOf('a', 'b'), [['a', 'a']], ['A', 'c', '', ['a']]],
  ['text', text('a word', /^\w+$/), [['word', 'word']], ['two words', '']],
  [
    'a host',
    host(),
    [
      ['localhost', 'localhost'],
      ['0.0.0.0', '0.0.0.0'],
      ['::1', '::1'],
      ['[::1]', '::1'],
      ['a-b.example', 'a-b.example'],
    ],
    ['a b', '-a', '1.2.3', 'http://a', ''],
  ],
  [
    'a web URL',
    webUrl(),
    [
      ['http://a:1/v1', 'http://a:1/v1'],
      ['https://a/v1/', 'https://a/v1'],
    ],
    ['a', 'ftp://a', '//a'],
  ],
  [
    'ranges',
    ranges(),
    [
      ['10.0.0.0/8,::1', ['10.0.0.0/8', '::1']],
      [['1.2.3.4'], ['1.2.3.4']],
      ['off', []],
      ['::/128', ['::/128']],
      [[], []],
    ],
    ['true', '10.0.0.0/33', '::/129', '1.2.3.4/8/8', '10.0.0.0/', 'a/8'],
  ],
  [
    'origins',
    origins(),
    [
      ['https://a.example', ['https://a.example']],
      ['none', []],
      ['HTTP://A.example:80/', ['http://a.example']],
      ['localhost', 'localhost'],
      [['localhost'], 'localhost'],
    ],
    ['*', 'localhost,https://a', 'https://*.a', 'https://a/path', 'a.example', 'null', 'ws://a'],
  ],
  [
    'egress targets',
    egressTargets(),
    [['10.0.0.0/8, db.local:5432, [::1]:80, HOST', ['10.0.0.0/8', 'db.local:5432', '[::1]:80', 'host']]],
    ['http://a', 'a:0', 'a:70000', 'a b', '[a]:1', ':1'],
  ],
  ['a Redis URL', redisUrl(), [], ['http://a', 'a']],
  ['a secret', secret({ min: 3, max: 4 }), [], ['ab', 'abcde']],
  ['a key ring', keyRing(), [], [KEY, `a:${KEY.slice(4)}`, `a:${KEY},a:${KEY}`, `a b:${KEY}`, `a:${KEY},`, 'a:', '']],
])('%s', (_name, kind, good, bad) => {
  for (const [raw, value] of good) {
    test(`takes ${JSON.stringify(raw)}`, () => expect(read(kind, raw)).toEqual(value));
  }
  for (const raw of bad) {
    test(`refuses ${JSON.stringify(raw)}`, () => expect(read(kind, raw)).toBe('refused'));
  }
});

test('a refusal names the entry of a list, but never a key', () => {
  expect(ranges().parse('10.0.0.0/8,lan')).toEqual({ ok: false, because: expect.stringContaining('"lan" is not one') });
  const short = Buffer.alloc(16, 3).toString('base64');
  expect(keyRing().parse(`a:${KEY},b:${short}`)).toEqual({
    ok: false,
    because: expect.stringMatching(/"b" has 16 bytes$/),
  });
  expect(keyRing().parse([`a:${KEY}`, `a:${KEY}`])).toEqual({
    ok: false,
    because: expect.stringContaining('"a" is there twice'),
  });
  expect(JSON.stringify(keyRing().parse(`a:${short}`))).not.toContain(short);
});

test('good secrets are held as secrets', () => {
  for (const parsed of [secret().parse('abc'), redisUrl().parse('rediss://:pw@host:6379/1')]) {
    expect(parsed.ok && parsed.value.reveal()).toMatch(/^(abc|rediss:)/);
  }
  const ring = keyRing().parse(`a:${KEY}`);
  expect(ring.ok && ring.value[0]?.key.reveal()).toBe(KEY);
});
