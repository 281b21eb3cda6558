import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Proxies } from './proxies.js';

const proxies = new Proxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);

/** As it arrives from `peer`, with what it says of those before. */
function from(peer: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: peer }));
  return Object.assign(request, { headers });
}

describe('Proxies', () => {
  it.each([
    ['203.0.113.9', '1.1.1.1', '203.0.113.9', 'the words of a stranger'],
    ['10.0.0.1', '203.0.113.9', '203.0.113.9', 'what one proxy says'],
    ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9', 'a proxy on a mapped address'],
    ['10.0.0.1', '1.1.1.1, 203.0.113.9, 192.0.2.7', '203.0.113.9', 'several proxies, and a lie before them'],
    ['10.0.0.1', '2a00:1::5, 2001:db8::1', '2a00:1::5', 'proxies on either kind of address'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.2', 'a caller behind our own proxies'],
    ['10.0.0.1', 'unknown', 'unknown', 'a proxy that hides the caller'],
    ['10.0.0.1', '', '10.0.0.1', 'a proxy that says nothing'],
  ])('sees behind %s (%s) the caller %s: %s', (peer, forwarded, caller) => {
    expect(proxies.addressOf(from(peer, { 'x-forwarded-for': forwarded }))).toBe(caller);
  });

  it('believes of https only whom it trusts, and the socket itself', () => {
    const https = { 'x-forwarded-proto': 'https' };
    expect(proxies.protocolOf(from('10.0.0.1', https))).toBe('https');
    expect(proxies.protocolOf(from('10.0.0.1'))).toBe('http');
    expect(proxies.protocolOf(from('203.0.113.9', https))).toBe('http');
    expect(proxies.protocolOf(from(undefined, https))).toBe('http');
    const sealed = from('203.0.113.9');
    Object.assign(sealed.socket, { encrypted: true });
    expect(proxies.protocolOf(sealed)).toBe('https');
  });

  it('costs nothing where nobody is trusted', () => {
    expect(new Proxies([]).rule).toBe(false);
    expect(proxies.rule).toEqual(expect.any(Function));
    expect(proxies.trust('10.9.9.9')).toBe(true);
  });
});
