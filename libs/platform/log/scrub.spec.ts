import { scrub } from './scrub.js';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ';
const PEM = '-----BEGIN RSA PRIVATE KEY-----\ncanary\ncanary\n-----END RSA PRIVATE KEY-----';

test.each([
  [`the token ${JWT} is old`, 'the token [redacted] is old'],
  [`token_${JWT}`, 'token_[redacted]'],
  ['rnm_pat_canarycanary0123456789', '[redacted]'],
  ['key:\nsk-canary-1234567890', 'key:\n[redacted]'],
  [JSON.stringify('key:\nsk-canary-1234567890\tBearer canary'), '"key:\\n[redacted]\\tBearer [redacted]"'],
  ['Incorrect API key provided: sk-ant-api03-canary_canary.', 'Incorrect API key provided: [redacted].'],
  ['AIzaCANARYcanaryCANARYcanaryCANARYcanary', '[redacted]'],
  ['AKIACANARYCANARY1234 ghp_canarycanary1234 xoxb-canary-canary', '[redacted] [redacted] [redacted]'],
  ['whsec_canarycanary== sk_live_canarycanary', '[redacted] [redacted]'],
  ['authorization: Bearer canary.canary~1/+=', 'authorization: Bearer [redacted]'],
  ['Basic dXNlcjpjYW5hcnk=', 'Basic [redacted]'],
  ['GET /ws?token=canary&x=1', 'GET /ws?token=[redacted]&x=1'],
  ['/a?x=1&access_token=canary#top', '/a?x=1&access_token=[redacted]#top'],
  ['/sign-in?next=%2Fws%3Ftoken%3Dcanary&lang=en', '/sign-in?next=%2Fws%3Ftoken%3D[redacted]&lang=en'],
  ['https://e.test/cb?code=canary&key=canary2', 'https://e.test/cb?code=[redacted]&key=[redacted]'],
  ['a=1; password=canary; api_key=canary', 'a=1; password=[redacted]; api_key=[redacted]'],
  ['__Host-renum_session=canary; a=1', '__Host-renum_session=[redacted]; a=1'],
  ['upstream said {"password": "canary", "n": 1}', 'upstream said {"password": "[redacted]", "n": 1}'],
  ['"{\\"client_secret\\":\\"canary\\"}"', '"{\\"client_secret\\":\\"[redacted]\\"}"'],
  ['redis://:canary@host:6379 postgres://me:canary@db/x', 'redis://[redacted]@host:6379 postgres://[redacted]@db/x'],
  [`a\n${PEM}\nb`, 'a\n[redacted]\nb'],
  ['-----BEGIN PRIVATE KEY-----\ncanary', '[redacted]'],
])('hides what is secret in %j', (text, expected) => {
  expect(scrub(text)).toBe(expected);
  expect(scrub(text)).not.toMatch(/canary/i);
});

test.each([
  'The task-runner took a risk-assessment of 12 desk-bound agents',
  'tokens_input=12 max_tokens: 400 total_tokens=1',
  'Basic authentication is not offered',
  '/api/v1/teams?page=2&sort=name',
  'https://example.com:8080/path@2x.png',
  'eyJ is how a token begins',
])('leaves %j as it is', (text) => expect(scrub(text)).toBe(text));

/** Compared with itself at an eighth of the length: what grows with the square takes 64 times as long. */
test.each([
  'eyJ',
  'eyJaaaaaaaaa',
  'eyJaaaaaaaaa.',
  '\\',
  '\\"token',
  'a',
  '-',
  'token',
  '"token"',
  '"session',
  '?key',
  'http://a:',
  '://:',
  'Bearer ',
  'Basic A',
  ' ',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN A',
  '-----END ',
])('takes a time in proportion to its length for %j again and again', (unit) => {
  const ofLength = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
  const costs = [ofLength(16_000), ofLength(128_000)].map((text) => leastMs(() => scrub(text)));
  expect((costs[1] ?? 0) / Math.max(costs[0] ?? 0, 0.05)).toBeLessThan(30);
});

function leastMs(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const since = performance.now();
    work();
    return performance.now() - since;
  });
  return Math.min(...times);
}
