import { egressRules, mayConnect, refusalOf } from './egress.js';

const strict = egressRules([], false);
const production = egressRules(['agents.internal', 'other.internal:8443', '10.1.0.0/16', '[fd00::1]:8080'], true);
const at = (url: string) => new URL(url);

describe('what may be reached by its URL', () => {
  test.each([
    'https://example.com/run',
    'http://example.com',
    'https://example.com:443/x?y=1',
    'http://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
  ])('%s', (url) => {
    expect(refusalOf(url, strict)).toBeNull();
  });

  test.each([
    ['not a url', 'complete URL'],
    ['/run', 'complete URL'],
    ['ftp://example.com', 'https:// or http://'],
    ['file:///etc/passwd', 'https:// or http://'],
    ['gopher://example.com', 'https:// or http://'],
    ['https://user:pass@example.com', 'user name'],
    ['https://user@example.com', 'user name'],
    ['https://example.com:22/', 'port 22'],
    ['http://localhost/', 'private'],
    ['http://LOCALHOST./', 'private'],
    ['http://a.localhost/', 'private'],
    ['http://127.0.0.1/', 'private'],
    ['http://2130706433/', 'private'],
    ['http://0x7f.1/', 'private'],
    ['http://0177.0.0.1/', 'private'],
    ['http://127.1/', 'private'],
    ['http://0.0.0.0/', 'private'],
    ['http://10.0.0.1/', 'private'],
    ['http://172.16.0.1/', 'private'],
    ['http://192.168.1.1/', 'private'],
    ['http://169.254.169.254/latest/meta-data', 'private'],
    ['http://100.64.0.1/', 'private'],
    ['http://198.18.0.1/', 'private'],
    ['http://[::1]/', 'private'],
    ['http://[::]/', 'private'],
    ['http://[::ffff:127.0.0.1]/', 'private'],
    ['http://[64:ff9b::7f00:1]/', 'private'],
    ['http://[2002:7f00:1::]/', 'private'],
    ['http://[fe80::1]/', 'private'],
    ['http://[fd00::1]/', 'private'],
    ['http://①②⑦.⓪.⓪.①/', 'private'],
  ])('not %s: %s', (url, why) => {
    expect(refusalOf(url, strict)).toContain(why);
  });

  test('in production only by https, except what the operator allowed by name', () => {
    expect(refusalOf('http://example.com/', production)).toContain('https://');
    expect(refusalOf('http://agents.internal:3000/run', production)).toBeNull();
    expect(refusalOf('https://other.internal:8443/', production)).toBeNull();
    expect(refusalOf('https://other.internal:9999/', production)).toContain('port 9999');
    expect(refusalOf('http://[fd00::1]:8080/', production)).toBeNull();
    expect(refusalOf('https://10.1.2.3/', production)).toBeNull();
    expect(refusalOf('https://10.2.0.1/', production)).toContain('private');
  });
});

describe('what may be connected to', () => {
  test('is judged by the address, not by the name', () => {
    expect(mayConnect('93.184.216.34', at('https://example.com'), strict)).toBe(true);
    expect(mayConnect('127.0.0.1', at('https://example.com'), strict)).toBe(false);
    expect(mayConnect('::ffff:10.0.0.1', at('https://example.com'), strict)).toBe(false);
    expect(mayConnect('nonsense', at('https://example.com'), strict)).toBe(false);
  });

  test('is whatever the operator allowed, by name, port or range', () => {
    expect(mayConnect('10.9.9.9', at('https://agents.internal'), production)).toBe(true);
    expect(mayConnect('10.1.9.9', at('https://anything.example'), production)).toBe(true);
    expect(mayConnect('fd00::2', at('https://anything.example'), production)).toBe(false);
    expect(mayConnect('10.9.9.9', at('https://other.internal'), production)).toBe(false);
    expect(mayConnect('10.9.9.9', at('https://other.internal:8443'), production)).toBe(true);
  });
});
