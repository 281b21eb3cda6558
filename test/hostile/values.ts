/** What a careless or wicked client may put where something else was meant. By name, so that a failure reads well. */
export const VALUES: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  zero: 0,
  'minus one': -1,
  'a fraction': 1.5,
  'a huge number': 1e300,
  'beyond 2^53': 2 ** 53 + 2,
  'empty text': '',
  blanks: ' \t\n',
  'a word': 'word',
  'a number as text': '5',
  'true as text': 'true',
  NUL: 'a\u0000b',
  'a lone high surrogate': 'a\ud800b',
  'a lone low surrogate': '\udc00',
  'right to left': '\u202eevil\u202c مرحبا',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈',
  zalgo: 'Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤',
  'line separators': 'a\u2028b\u2029c',
  control: '\u0001\u001b[31m\u007f',
  sql: "'; DROP TABLE users; --",
  html: '<script>alert(1)</script>',
  template: '{{7*7}}#{7*7}%s%n',
  'a path': '../../../../etc/passwd',
  shell: '$(reboot) `reboot` | reboot',
  'a long text': 'x'.repeat(100_000),
  'a million characters': 'é'.repeat(400_000),
  'an empty list': [],
  'a list of everything': [null, 1, 'x', [], {}],
  'a long list': Array.from({ length: 2_000 }, () => 'x'),
  'an empty object': {},
  'an object': { a: { b: { c: [1, 2, { d: null }] } } },
  'names of prototypes': JSON.parse('{"constructor": 1, "toString": 2, "hasOwnProperty": 3}'),
  'a deep list': deep(60),
};

function deep(levels: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

/** For one place of a path or a query, already encoded. */
export const ADDRESSED: Readonly<Record<string, string>> = {
  empty: '',
  word: 'word',
  'minus one': '-1',
  huge: '99999999999999999999',
  fraction: '1.5',
  NUL: '%00',
  'broken encoding': '%',
  'half a character': '%E0%A4',
  'a surrogate': '%ED%A0%80',
  sql: '%27%20OR%201=1--',
  'a path': '..%2F..%2Fetc%2Fpasswd',
  wildcard: '%25_%5C',
  'an id that never was': '0197b3a0-0000-7000-8000-000000000001',
  'an id in capitals': '0197B3A0-0000-7000-8000-000000000001',
  prototype: '__proto__',
  long: 'x'.repeat(3_000),
};

/** Bodies that are not even JSON, or that no parser should be asked to be polite to. */
export const BODIES: Readonly<
  Record<string, { readonly body: string | Buffer; readonly type?: string; readonly headers?: Record<string, string> }>
> = {
  nothing: { body: '' },
  'half an object': { body: '{"name": "x"' },
  'no JSON': { body: 'name=x' },
  'a bare word': { body: 'undefined' },
  'a list': { body: '[]' },
  'a text': { body: '"x"' },
  null: { body: 'null' },
  'a number': { body: '1e999' },
  'single quotes': { body: "{'name': 'x'}" },
  'a trailing comma': { body: '{"name": "x",}' },
  'a comment': { body: '{"name": "x" /* hi */}' },
  'a byte order mark': { body: '\ufeff{"name": "x"}' },
  'broken UTF-8': { body: Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
  'overlong UTF-8': { body: Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xc0, 0x80, 0x22, 0x7d]) },
  'a poisoned prototype': { body: '{"__proto__": {"isAdmin": true}, "name": "x"}' },
  'a poisoned constructor': { body: '{"constructor": {"prototype": {"isAdmin": true}}}' },
  'the same key twice': { body: '{"name": "x", "name": 5}' },
  'depth without end': { body: '['.repeat(50_000) + ']'.repeat(50_000) },
  'objects without end': { body: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` },
  'two megabytes': { body: JSON.stringify({ name: 'x'.repeat(2_000_000) }) },
  'a form': { body: 'name=x', type: 'application/x-www-form-urlencoded' },
  'a file': { body: '--b\r\n\r\nx\r\n--b--', type: 'multipart/form-data; boundary=b' },
  xml: { body: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', type: 'application/xml' },
  'a strange charset': { body: '{}', type: 'application/json; charset=utf-7' },
  'packed bytes': { body: Buffer.from('1f8b0800000000000003abae0500', 'hex'), headers: { 'content-encoding': 'gzip' } },
};
