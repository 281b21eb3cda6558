import { type MetricsAccess, mayRead } from './metrics-access.js';

const caller = (peer: string | undefined, headers: Record<string, string> = {}, hasPermission = false) => ({
  peer,
  headers,
  hasPermission,
});

describe('who may read the metrics', () => {
  it.each(['127.0.0.1', '127.8.0.9', '::1', '::ffff:127.0.0.1'])('this machine, as %s', (peer) => {
    expect(mayRead('loopback', caller(peer))).toBe(true);
  });

  it.each(['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '127.evil.example', '1270.0.0.1', '', undefined])(
    'nobody else, such as %s',
    (peer) => {
      expect(mayRead('loopback', caller(peer, {}, true))).toBe(false);
    },
  );

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'])(
    'nobody who came by a proxy (%s)',
    (name) => {
      expect(mayRead('loopback', caller('127.0.0.1', { [name]: 'x' }))).toBe(false);
    },
  );

  it.each<[MetricsAccess, boolean, boolean]>([
    ['public', false, true],
    ['token', true, true],
    ['token', false, false],
  ])('%s, with permission %s: %s', (access, hasPermission, expected) => {
    expect(mayRead(access, caller('203.0.113.1', {}, hasPermission))).toBe(expected);
  });
});
