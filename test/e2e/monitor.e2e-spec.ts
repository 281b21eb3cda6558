// Real: the whole server, WebSockets over TCP.
import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { type HttpClient, signUp, simAgent, startServer, type TestServer, teamOf, until } from '../harness/index.js';

let server: TestServer;
let ada: HttpClient;
let team: string;

beforeAll(async () => {
  server = await startServer();
  ada = await signUp(server.http);
  team = await teamOf(ada, 'sequential', [await simAgent(ada, '[[sleep:300]]'), await simAgent(ada)]);
});

const execute = async (prompt = 'hello'): Promise<string> =>
  (await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt })).body.execution_id;

const token = (who: HttpClient): string => who.bearer ?? '';

interface Frame {
  readonly type: string;
  readonly data: { readonly progress: number; readonly waiting?: readonly { readonly id: string }[] };
}

function open(path: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
  const frames: Frame[] = [];
  socket.on('message', (frame: Buffer) => frames.push(JSON.parse(frame.toString('utf8'))));
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${reason}`);
  return { socket, frames, closed };
}

describe('the execution monitor', () => {
  test.each(['/monitor', ''])('tells how a run goes until its end at …/executions/{id}%s', async (tail) => {
    const id = await execute();
    const { frames, closed } = open(`/api/v1/ws/executions/${id}${tail}?token=${token(ada)}`);
    expect(await closed).toBe('1000 The execution is over.');
    expect(frames[0]).toMatchObject({
      type: 'status_update',
      timestamp: expect.stringMatching(/Z$/),
      data: { execution_id: id },
    });
    expect(frames.at(-1)).toMatchObject({ type: 'execution_update', data: { status: 'completed', progress: 100 } });
    const statuses = frames.filter(({ type }) => type === 'status_update').map(({ data }) => data.progress);
    expect(statuses).toEqual([...statuses].sort((a, b) => a - b));
    const { body } = await ada.get(`/api/v1/executions/${id}`);
    expect(frames.at(-1)?.data).toEqual(body);
  });

  test('tells that a run waits for people, and that it goes on', async () => {
    const asking = await teamOf(ada, 'sequential', [await simAgent(ada)], { approval: { when: 'after' } });
    const { body } = await ada.post(`/api/v1/teams/${asking}/execute`, { initial_prompt: 'hello' });
    const id = `${body.execution_id}.s1`;
    const { frames, closed } = open(`/api/v1/ws/executions/${body.execution_id}/monitor?token=${token(ada)}`);
    await until('it waits for people', () => frames.some(({ data }) => data.waiting?.some((one) => one.id === id)));
    const waiting = { status: 'running', progress: 0, waiting: [{ step_id: 's1', kind: 'approval', id }] };
    expect(frames.at(-1)?.data).toMatchObject(waiting);
    await ada.post(`/api/v1/approvals/${id}/decide`, { decision: 'approve' });
    expect(await closed).toBe('1000 The execution is over.');
    expect(frames.at(-1)?.data).toMatchObject({ status: 'completed', waiting: [] });
  });

  test('closes with 1008 for a bad token, none, a foreign execution and one that never was', async () => {
    const id = await execute();
    const eve = await signUp(server.http);
    const refused = (path: string) => open(path).closed;
    expect(await refused(`/api/v1/ws/executions/${id}/monitor?token=nonsense`)).toBe('1008 Invalid token');
    expect(await refused(`/api/v1/ws/executions/${id}/monitor?token=`)).toBe('1008 Invalid token');
    expect(await refused(`/api/v1/ws/executions/${id}/monitor?token=${token(eve)}`)).toBe('1008 Execution not found');
    expect(await refused(`/api/v1/ws/executions/nothing/monitor?token=${token(ada)}`)).toBe('1008 Execution not found');
  });

  test('lets the session cookie in from our own pages, and from no other', async () => {
    const id = await execute('[[sleep:20000]]');
    const cookie = `renum_session=${token(ada)}`;
    const path = `/api/v1/ws/executions/${id}/monitor?token=`;
    const own = open(path, { cookie, origin: server.url });
    await until('the first frame', () => own.frames.length > 0);
    expect(await open(path, { cookie, origin: 'https://evil.example' }).closed).toBe('1008 Invalid token');
    expect(await open(path, { cookie, 'sec-fetch-site': 'cross-site', origin: server.url }).closed).toBe(
      '1008 Invalid token',
    );
    own.socket.close();
    await ada.post(`/api/v1/executions/${id}/stop`);
  });

  test('closes with 1008 within two seconds of the token being revoked', async () => {
    const bob = await signUp(server.http);
    const own = await teamOf(bob, 'sequential', [await simAgent(bob, '[[sleep:20000]]')]);
    const { body } = await bob.post(`/api/v1/teams/${own}/execute`, { initial_prompt: 'x' });
    const { frames, closed } = open(`/api/v1/ws/executions/${body.execution_id}/monitor?token=${token(bob)}`);
    await until('the first frame', () => frames.length > 0);
    await bob.post('/api/v1/auth/logout');
    expect(await closed).toBe('1008 Invalid token');
  });

  test('answers ping with pong, and closes with 1009 for a frame above 64 KiB', async () => {
    const id = await execute('[[sleep:20000]]');
    const { socket, frames, closed } = open(`/api/v1/ws/executions/${id}/monitor?token=${token(ada)}`);
    await once(socket, 'open');
    socket.send('{"type":"ping"}');
    await until('the pong', () => frames.some(({ type }) => type === 'pong'));
    socket.send('x'.repeat(70 * 1024));
    expect(await closed).toMatch(/^1009/);
    await ada.post(`/api/v1/executions/${id}/stop`);
  });

  test('is not found under another path', async () => {
    const { port } = new URL(server.url);
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'x'.repeat(24),
      'sec-websocket-version': '13',
    };
    const asking = request({ port, path: '/api/v1/ws/nowhere', headers }).end();
    const [answer] = await once(asking, 'response');
    expect(answer.statusCode).toBe(404);
    answer.resume();
  });

  test('is told to come back when the server stops', async () => {
    const other = await startServer();
    const bob = await signUp(other.http);
    const own = await teamOf(bob, 'sequential', [await simAgent(bob, '[[sleep:20000]]')]);
    const { body } = await bob.post(`/api/v1/teams/${own}/execute`, { initial_prompt: 'x' });
    const socket = new WebSocket(
      `${other.url.replace('http', 'ws')}/api/v1/ws/executions/${body.execution_id}?token=${token(bob)}`,
    );
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await other.stop();
    expect((await closed)[0]).toBe(1_012);
  });
});
