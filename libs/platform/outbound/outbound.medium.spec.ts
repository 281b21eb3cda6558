// Real: HTTP servers on the loopback; only names are resolved by the test.

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { egressRules } from './egress.js';
import { OutboundFailed, TargetRefused } from './outbound.errors.js';
import { Outbound, type Resolve } from './outbound.js';

let server: Server;
let port: number;
let asked: string[];
let outbounds: Outbound[];
let listener: RequestListener;

beforeEach(async () => {
  asked = [];
  outbounds = [];
  listener = (_, response) => response.end('hello');
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});

afterEach(async () => {
  await Promise.all(outbounds.map((outbound) => outbound.close()));
  server.closeAllConnections();
  server.close();
});

function outbound(allow: readonly string[], resolve?: Resolve): Outbound {
  const made = new Outbound(egressRules(allow, false), resolve);
  outbounds.push(made);
  return made;
}

const get = (through: Outbound, url: string, signal = new AbortController().signal) =>
  through.send(url, { method: 'GET', headers: {}, signal });

describe('the way out', () => {
  test('sends to a name the operator allowed and reads the answer', async () => {
    const through = outbound([`agents.test:${port}`], async () => ['127.0.0.1']);
    const url = `http://agents.test:${port}/run?x=1`;
    const answer = await through.send(url, {
      method: 'POST',
      headers: {},
      body: '{}',
      signal: new AbortController().signal,
    });
    expect(answer.status).toBe(200);
    expect(String(answer.body)).toBe('hello');
    expect(asked).toEqual([`POST /run?x=1 agents.test:${port}`]);
  });

  test('connects to nothing when one of the addresses of a name is private', async () => {
    const through = outbound([], async () => ['93.184.216.34', '127.0.0.1']);
    await expect(get(through, 'http://example.com/')).rejects.toThrow(TargetRefused);
    expect(asked).toEqual([]);
  });

  test('judges the name again at every connection: one that changes its mind leads nowhere', async () => {
    let turn = 0;
    const resolve: Resolve = async () => (turn++ === 0 ? ['93.184.216.34'] : ['127.0.0.1']);
    const through = outbound([], resolve);
    expect(through.refusalOf('http://example.com/')).toBeNull();
    await resolve('example.com');
    await expect(get(through, 'http://example.com/')).rejects.toThrow(TargetRefused);
    expect(asked).toEqual([]);
  });

  test('sends nothing to a literal private address', async () => {
    await expect(get(outbound([]), `http://127.0.0.1:${port}/`)).rejects.toThrow(TargetRefused);
    await expect(get(outbound([]), 'http://[::1]/')).rejects.toThrow(TargetRefused);
    expect(asked).toEqual([]);
  });

  test('follows no redirect', async () => {
    listener = (_, response) => response.writeHead(302, { location: 'http://127.0.0.1/secret' }).end();
    const answer = await get(outbound(['127.0.0.0/8', `127.0.0.1:${port}`]), `http://127.0.0.1:${port}/`);
    expect(answer.status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  test('cuts an answer above 10 MiB', async () => {
    listener = (_, response) => {
      response.on('error', () => undefined);
      for (let part = 0; part < 11; part++) response.write(Buffer.alloc(1024 * 1024));
      response.end();
    };
    const sending = get(outbound([`127.0.0.1:${port}`]), `http://127.0.0.1:${port}/`);
    await expect(sending).rejects.toMatchObject({ why: 'too-large' });
  });

  test('closes the connection when it is taken back', async () => {
    const closed = new Promise<void>((resolve) => {
      listener = (request) => request.on('close', () => resolve());
    });
    const taking = new AbortController();
    const sending = get(outbound([`127.0.0.1:${port}`]), `http://127.0.0.1:${port}/`, taking.signal);
    sending.catch(() => undefined);
    await once(server, 'request');
    taking.abort('enough');
    await expect(sending).rejects.toBe('enough');
    await closed;
  });

  test.each([
    ['refuses the connection', async () => server.close(), 'network'],
    [
      'closes it in the middle',
      async () => {
        listener = (request) => request.socket.destroy();
      },
      'network',
    ],
  ])('says so when the other side %s', async (_, prepare, why) => {
    const through = outbound([`127.0.0.1:${port}`]);
    await prepare();
    const error = await get(through, `http://127.0.0.1:${port}/`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutboundFailed);
    expect(error).toMatchObject({ why });
    expect(String(error)).not.toContain('127.0.0.1');
  });

  test('says so when a name is unknown', async () => {
    const through = outbound([], async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })));
    await expect(get(through, 'http://nowhere.example/')).rejects.toMatchObject({ why: 'network' });
  });
});
