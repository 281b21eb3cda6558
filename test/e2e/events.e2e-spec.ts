// Real: the whole server over HTTP; a process that is killed where a test says so.

import { LiveService } from '#libs/live/index.js';
import { EventSourceClient } from '#libs/live/testing/event-source.client.js';
import {
  DURABLE,
  type HttpClient,
  signUp,
  simAgent,
  spawnServer,
  startServer,
  type TestServer,
  teamOf,
  until,
} from '../harness/index.js';

jest.setTimeout(60_000);

interface Seen {
  readonly type?: string;
  readonly step_id?: string;
  readonly agent_id?: string;
  readonly text?: string;
  readonly offset?: number;
}

const from1 = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

async function run(http: HttpClient, type: 'sequential' | 'parallel', ...prompts: readonly string[]) {
  const agents: string[] = [];
  for (const prompt of prompts) agents.push(await simAgent(http, prompt));
  const team = await teamOf(http, type, agents);
  const { body } = await http.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'some words to say' });
  return { agents, id: String(body.execution_id), path: `/api/v1/executions/${body.execution_id}/events` };
}

describe('watching an execution', () => {
  let server: TestServer;
  let ada: HttpClient;
  let token: string;

  beforeAll(async () => {
    server = await startServer();
  });
  beforeEach(async () => {
    ada = await signUp(server.http);
    token = (await ada.get('/api/v1/auth/me')).body.token;
  });

  const watch = (path: string, headers: Record<string, string> = {}) =>
    EventSourceClient.open(`${server.url}${path}${path.includes('?') ? '&' : '?'}token=${token}`, headers);

  test('shows every step of every agent, and the words as they are said', async () => {
    const { agents, path } = await run(ada, 'sequential', '[[sleep:600]]', '[[say:two]][[tokens:10,5]][[cost:0.25]]');
    const client = await watch(path);
    expect(await client.ended).toBe(true);
    const seen: readonly Seen[] = client.data;
    expect(seen.filter(({ type }) => type).map(({ type, step_id, agent_id }) => [type, step_id, agent_id])).toEqual([
      ['execution.started', undefined, undefined],
      ['step.started', 's1', agents[0]],
      ['step.succeeded', 's1', agents[0]],
      ['step.started', 's2', agents[1]],
      ['step.succeeded', 's2', agents[1]],
      ['execution.finished', undefined, undefined],
    ]);
    expect(client.ids).toEqual(from1(6));
    expect(client.data.find(({ seq }) => seq === 5)).toMatchObject({
      attempt: 1,
      result: 'two',
      usage: { tokens_input: 10, tokens_output: 5, cost_usd: 0.25 },
    });
    const said = seen.filter(({ step_id, text }) => step_id === 's1' && text);
    expect(said.map(({ text }) => text).join('')).toBe('some words to say');
    expect(client.data.at(-1)).toMatchObject({ type: 'execution.finished', status: 'completed' });
  });

  test('shows what was tried again, what was skipped and why it failed', async () => {
    const agents = [await simAgent(ada, '[[fail:1]]'), await simAgent(ada, '[[fail]]'), await simAgent(ada)];
    const retry_config = { max_attempts: 2, initial_delay: 0.05 };
    const team = await teamOf(ada, 'sequential', agents, { retry_config });
    const { body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
    const client = await watch(`/api/v1/executions/${body.execution_id}/events`);
    await client.ended;
    const retrying = client.data.find(({ type }) => type === 'step.retrying');
    expect(retrying).toMatchObject({ attempt: 1, error: { code: 'server_error', message: expect.any(String) } });
    expect(String(retrying?.retry_at)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const types = client.data.filter(({ seq }) => seq).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['step.failed', 'step.skipped', 'execution.finished']);
    expect(client.data.at(-1)).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
    expect(client.ids).toEqual(from1(client.ids.length));
  });

  test('shows a stop as it is asked for and as it takes effect', async () => {
    const { id, path } = await run(ada, 'parallel', '[[sleep:30000]]', '[[sleep:30000]]');
    const client = await watch(path);
    await client.until(() => client.ids.length === 3);
    await ada.post(`/api/v1/executions/${id}/stop`);
    await client.ended;
    expect(client.data.map(({ type }) => type).slice(3)).toEqual([
      'execution.cancelling',
      'step.cancelled',
      'step.cancelled',
      'execution.finished',
    ]);
    expect(client.data.at(-1)).toMatchObject({ status: 'cancelled' });
  });

  test('goes on where a viewer left, however often it leaves', async () => {
    const { path } = await run(ada, 'sequential', '', '[[sleep:100]]', '', '[[sleep:100]]', '');
    const ids: number[] = [];
    for (;;) {
      const client = await watch(path, ids.length > 0 ? { 'last-event-id': String(ids.at(-1)) } : {});
      await client.until(() => client.ids.length > 0);
      client.close();
      await client.ended;
      ids.push(...client.ids);
      if (client.messages.some(({ event }) => event === 'execution.finished')) break;
    }
    expect(ids).toEqual(from1(12));
  });

  test('many viewers see the same, and leave nothing behind', async () => {
    const { path } = await run(ada, 'sequential', '[[sleep:300]]', '', '');
    const clients = await Promise.all(Array.from({ length: 25 }, () => watch(path)));
    for (const client of clients) {
      expect(await client.ended).toBe(true);
      expect(client.ids).toEqual(from1(8));
    }
    await until('every stream is closed', () => server.part(LiveService).watching === 0);
  });

  test('is nobody else’s affair, and ends with the session', async () => {
    const { path } = await run(ada, 'sequential', '[[sleep:30000]]');
    const eve = await signUp(server.http);
    expect((await eve.get(path)).status).toBe(404);
    expect((await server.http.get(path)).status).toBe(401);
    const client = await watch(path);
    await client.until(() => client.ids.length === 2);
    await ada.post('/api/v1/auth/logout');
    expect(await client.ended).toBe(false);
    expect((await server.http.get(`${path}?token=${token}`)).status).toBe(401);
  });
});

describe('when the process ends under a viewer', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('by %s, the next one goes on without a gap', async (signal) => {
    const first = await spawnServer(DURABLE);
    const ada = await signUp(first.http);
    const { body: me } = await ada.get('/api/v1/auth/me');
    const { path } = await run(ada, 'sequential', '', '[[sleep:1500]]', '');
    const open = (url: string, headers: Record<string, string> = {}) =>
      EventSourceClient.open(`${url}${path}?token=${me.token}`, headers);

    const before = await open(first.url);
    await before.until(() => before.ids.length === 4);
    first.signal(signal);
    expect(await before.ended).toBe(signal === 'SIGTERM');
    await first.ended;

    const second = await spawnServer({ ...DURABLE, RENUM_DATA_DIR: first.dataDir });
    const after = await open(second.url, { 'last-event-id': String(before.ids.at(-1)) });
    expect(await after.ended).toBe(true);
    expect([...before.ids, ...after.ids]).toEqual(from1(8));
    expect(after.data.at(-1)).toMatchObject({ type: 'execution.finished', status: 'completed' });
  });
});
