// Real: the whole server over HTTP, on a database file; a fake provider and a fake agent on free ports; a process that
// is killed where a test says so.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { Database } from '#libs/platform/database/index.js';
import { agent as fakeAgent, startFakeAgent } from '../fakes/fake-agent.js';
import { type FakeModelServer, SILENCE } from '../fakes/fake-model-server.js';
import { openAi, startFakeOpenAi } from '../fakes/fake-openai.js';
import {
  type Answer,
  DURABLE,
  type HttpClient,
  signUp,
  simAgent,
  spawnServer,
  startServer,
  type TestServer,
  teamOf,
  tempFolder,
  type Variables,
} from '../harness/index.js';

jest.setTimeout(60_000);

let openAiServer: FakeModelServer;
let agentServer: FakeModelServer;

beforeEach(async () => {
  openAiServer = await startFakeOpenAi();
  agentServer = await startFakeAgent();
});
afterEach(async () => {
  await openAiServer.stop();
  await agentServer.stop();
});

const surroundings = (): Variables => ({
  ...DURABLE,
  OPENAI_API_KEY: 'key-of-the-server',
  OPENAI_BASE_URL: `${openAiServer.origin}/v1`,
  RENUM_EGRESS_ALLOW: new URL(agentServer.origin).host,
});

async function modelAgent(http: HttpClient): Promise<string> {
  return (await http.post('/api/v1/agents', { name: 'Model', configuration: { model: 'gpt-4o' } })).body.agent_id;
}

async function ownAgent(http: HttpClient, runner: object = {}): Promise<string> {
  const configuration = { runner: { kind: 'http', url: `${agentServer.origin}/run`, ...runner } };
  const { status, body } = await http.post('/api/v1/agents', { name: 'Own', configuration });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.agent_id;
}

const run = (http: HttpClient, team: string, more: object = {}): Promise<Answer> =>
  http.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'hello', ...more }, { headers: { prefer: 'wait=30' } });

/** Everything below a folder, as bytes. */
function filesHold(folder: string, text: string): readonly string[] {
  const forms = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').slice(0, -4)];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => forms.some((form) => readFileSync(join(folder, name)).includes(form)));
}

describe('the key that a provider sees', () => {
  test('is the run’s, else the team’s, else the user’s, else the server’s; usage says whose', async () => {
    const server = await startServer(surroundings());
    const ada = await signUp(server.http);
    const model = await modelAgent(ada);
    const team = await teamOf(ada, 'sequential', [model]);
    const seen: unknown[] = [];
    const next = async (more: object = {}): Promise<void> => {
      const { status, usage_metrics } = (await run(ada, team, more)).body;
      const { headers } = await openAiServer.request(seen.length);
      seen.push([status, headers.authorization, usage_metrics[model].api_key_type]);
    };
    await next();
    await ada.post('/api/v1/api-keys', { service_name: 'OpenAI', api_key: 'key-of-ada' });
    await next();
    await ada.put(`/api/v1/teams/${team}`, { user_api_keys: { openai: 'key-of-the-team' } });
    await next();
    await next({ user_api_keys: { openai: 'key-of-the-run', google: null } });
    await ada.put(`/api/v1/teams/${team}`, { user_api_keys: { openai: null } });
    await ada.delete('/api/v1/api-keys/openai');
    await next();
    expect(seen).toEqual([
      ['completed', 'Bearer key-of-the-server', 'renum_native'],
      ['completed', 'Bearer key-of-ada', 'user_provided'],
      ['completed', 'Bearer key-of-the-team', 'user_provided'],
      ['completed', 'Bearer key-of-the-run', 'user_provided'],
      ['completed', 'Bearer key-of-the-server', 'renum_native'],
    ]);
  });

  test('of a run outlives a process that is killed, and no longer than the run', async () => {
    const dataDir = tempFolder();
    const env = { ...surroundings(), RENUM_DATA_DIR: dataDir };
    const first = await spawnServer(env);
    const ada = await signUp(first.http);
    const team = await teamOf(ada, 'sequential', [await modelAgent(ada)]);
    openAiServer.next(SILENCE);
    const body = { initial_prompt: 'hello', user_api_keys: { openai: 'canary-of-the-run' } };
    const { execution_id } = (await ada.post(`/api/v1/teams/${team}/execute`, body)).body;
    await openAiServer.request(0);
    await first.kill9();

    const second = await spawnServer(env);
    const { headers } = await openAiServer.request(1);
    expect(headers).toMatchObject({
      authorization: 'Bearer canary-of-the-run',
      'idempotency-key': `${execution_id}.s1.1`,
    });
    const again = second.http.as(ada.bearer ?? '');
    const ended = await again.get(`/api/v1/executions/${execution_id}/result`, { headers: { prefer: 'wait=20' } });
    expect(ended.body.status).toBe('completed');
    second.signal('SIGTERM');
    await second.ended;
    expect(filesHold(dataDir, 'canary-of-the-run')).toEqual([]);
    const third = await startServer(env);
    expect(await third.part(Database).all('SELECT * FROM provider_key')).toEqual([]);
  });
});

describe('an agent behind an address of its own', () => {
  let server: TestServer;
  let ada: HttpClient;
  beforeEach(async () => {
    server = await startServer(surroundings());
    ada = await signUp(server.http);
  });

  test('is called with what came before, signed, and its answer goes on to the next one', async () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const [before, own, behind] = [
      await simAgent(ada, '[[say:from before]]'),
      await ownAgent(ada, { secret, headers: { 'X-Tenant': 'acme' } }),
      await simAgent(ada),
    ];
    const team = await teamOf(ada, 'pipeline', [before, own, behind]);
    agentServer.next(
      fakeAgent.says('from the agent', { data: { n: 1 }, usage: { tokens_input: 5, tokens_output: 2, cost_usd: 0.5 } }),
    );
    const { body } = await run(ada, team);
    expect(body).toMatchObject({
      status: 'completed',
      final_result: { result: 'from the agent' },
      cost_metrics: { cost_usd: 0.5, incomplete: false },
    });
    expect(body.agent_results[own]).toMatchObject({ result: 'from the agent', data: { n: 1 } });
    expect(body.usage_metrics[own]).toEqual({
      model_provider: 'http',
      model_name: 'http',
      api_key_type: 'user_provided',
      tokens_input: 5,
      tokens_output: 2,
      request_count: 1,
    });

    const { headers, text, body: sent } = await agentServer.request();
    expect(headers['x-tenant']).toBe('acme');
    expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual(sent);
    expect(sent).toEqual({
      execution_id: body.execution_id,
      step_id: 's2',
      attempt: 1,
      agent_id: own,
      input: 'from before',
      context: {
        initial_prompt: 'hello',
        team_id: team,
        execution_id: body.execution_id,
        workflow_type: 'pipeline',
        [`agent_${before}_result`]: { result: 'from before', execution_time: expect.any(Number) },
        pipeline_input: 'from before',
      },
      messages: [],
    });
  });

  test('is asked again under another attempt, or not at all, as its answer says', async () => {
    const own = await ownAgent(ada);
    const retry = { retry_config: { max_attempts: 3, initial_delay: 0.01 } };
    const team = await teamOf(ada, 'sequential', [own], retry);
    agentServer.next(fakeAgent.refuses(503), fakeAgent.refuses(500));
    expect((await run(ada, team)).body).toMatchObject({ status: 'completed' });
    const keys = agentServer.requests.map(({ headers }) =>
      String(headers['idempotency-key']).split('.').slice(1).join('.'),
    );
    expect(keys).toEqual(['s1.1', 's1.2', 's1.3']);

    agentServer.next(fakeAgent.refuses(400, { error: 'I do not understand' }));
    expect((await run(ada, team)).body).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('I do not understand'),
    });
    expect(agentServer.requests).toHaveLength(4);
  });

  test('times out, and is really left alone then', async () => {
    const team = await teamOf(ada, 'sequential', [await ownAgent(ada)], { timeout: 0.2 });
    agentServer.next(SILENCE);
    const { body } = await run(ada, team);
    expect(body).toMatchObject({ status: 'failed', error_message: expect.stringContaining('no answer within 0.2 s') });
    await (await agentServer.request()).hungUp;
  });

  test('is taken back when its run is stopped', async () => {
    const team = await teamOf(ada, 'sequential', [await ownAgent(ada)]);
    agentServer.next(SILENCE);
    const { body } = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
    const { hungUp } = await agentServer.request();
    expect((await ada.post(`/api/v1/executions/${body.execution_id}/stop`)).status).toBe(200);
    await hungUp;
  });

  test('may not be in a private network, except where the operator says so', async () => {
    const configuration = { runner: { kind: 'http', url: 'http://127.0.0.1:1/' } };
    const refused = await ada.post('/api/v1/agents', { name: 'Own', configuration });
    expect([refused.status, refused.body.code]).toEqual([422, 'agent.url-refused']);
    expect(Object.keys(refused.body.errors)).toEqual(['configuration.runner.url']);
  });
});

describe('what is secret', () => {
  const CANARIES = {
    server: 'canary-Qx7-of-the-server',
    user: 'canary-Qx7-of-the-user',
    team: 'canary-Qx7-of-the-team',
    run: 'canary-Qx7-of-the-run',
    header: 'canary-Qx7-of-a-header',
    secret: 'canary-Qx7-that-signs',
    refused: 'canary-Qx7 that is refused',
  };
  const PART = 'anary-Qx7';

  test('comes out nowhere: no answer, event, log, metric or file holds it, whatever goes wrong', async () => {
    const dataDir = tempFolder();
    const server = await startServer({
      ...surroundings(),
      RENUM_DATA_DIR: dataDir,
      OPENAI_API_KEY: CANARIES.server,
      LOG_LEVEL: 'debug',
    });
    const ada = await signUp(server.http);
    const heard: string[] = [];
    const hear = async (asked: Promise<Answer>): Promise<Answer> => {
      const answer = await asked;
      heard.push(JSON.stringify([answer.status, [...answer.headers], answer.body]));
      return answer;
    };
    const key = (n: number) => ({ headers: { 'idempotency-key': `k${n}` } });
    const follow = async (id: string): Promise<void> => {
      for (const part of ['', '/status', '/result', '/logs']) await hear(ada.get(`/api/v1/executions/${id}${part}`));
      heard.push(await (await ada.raw('GET', `/api/v1/executions/${id}/events`)).text());
    };
    const go = async (team: string, more: object = {}): Promise<Answer> => {
      const answer = await hear(run(ada, team, more));
      await follow(answer.body.execution_id);
      return answer;
    };

    await hear(ada.post('/api/v1/api-keys', { service_name: 'openai', api_key: CANARIES.user }, key(1)));
    const runner = { headers: { Authorization: `Bearer ${CANARIES.header}` }, secret: CANARIES.secret };
    const own = await ownAgent(ada, runner);
    await hear(ada.get(`/api/v1/agents/${own}`));
    const model = await modelAgent(ada);
    const agents = [own, model].map((agent_id, index) => ({
      agent_id,
      execution_order: index + 1,
      input: { source: 'initial_prompt' },
    }));
    const team = (
      await hear(
        ada.post(
          '/api/v1/teams',
          {
            name: 'Team',
            agent_ids: [own, model],
            workflow_definition: { type: 'sequential', agents },
            user_api_keys: { openai: CANARIES.team },
          },
          key(2),
        ),
      )
    ).body.team_id;

    // All goes well; the agent repeats what it was called with, and the provider what it was paid with.
    agentServer.next(
      fakeAgent.says(`I got ${CANARIES.header} and ${CANARIES.secret}`, {
        data: { [CANARIES.header]: CANARIES.secret },
      }),
    );
    expect((await go(team, { user_api_keys: { openai: CANARIES.run } })).body.status).toBe('completed');
    expect((await openAiServer.request(0)).headers.authorization).toBe(`Bearer ${CANARIES.run}`);
    expect((await agentServer.request(0)).headers.authorization).toBe(`Bearer ${CANARIES.header}`);

    // All goes wrong.
    agentServer.next(fakeAgent.refuses(500, { error: `${CANARIES.header} ${CANARIES.secret}` }));
    expect((await go(team)).body.status).toBe('failed');
    const alone = await teamOf(ada, 'sequential', [model]);
    for (const said of [CANARIES.user, `Bearer ${CANARIES.user}`]) {
      openAiServer.next(openAi.refuses(401, `Incorrect API key provided: ${said}`));
      expect((await go(alone)).body.status).toBe('failed');
    }
    openAiServer.next(openAi.failsInStream('so far', { message: `no credit left on ${CANARIES.user}` }));
    await go(alone);
    await hear(ada.delete('/api/v1/api-keys/openai'));
    openAiServer.next(openAi.refuses(403, CANARIES.server));
    await go(alone);

    for (const body of [
      { service_name: 'x', api_key: CANARIES.refused },
      { service_name: `${CANARIES.refused}!`, api_key: 'x' },
      `{"service_name": "x", "api_key": "${CANARIES.user}"`,
    ]) {
      const refused = await hear(ada.post('/api/v1/api-keys', body));
      expect([400, 422]).toContain(refused.status);
    }
    const refused = { openai: CANARIES.refused };
    expect((await hear(ada.put(`/api/v1/teams/${team}`, { user_api_keys: refused }))).status).toBe(422);
    expect((await hear(run(ada, team, { user_api_keys: refused }))).status).toBe(422);
    const broken = {
      runner: { kind: 'http', url: 'https://h/', headers: { a: `${CANARIES.refused}\n` }, secret: KEPT },
    };
    expect((await hear(ada.post('/api/v1/agents', { name: 'x', configuration: broken }))).status).toBe(422);
    const bare = await server.http.post('/api/v1/api-keys', { service_name: 'x', api_key: CANARIES.user });
    expect((await hear(Promise.resolve(bare))).status).toBe(401);

    for (const path of ['/api/v1/api-keys', '/api/v1/agents', '/api/v1/teams', '/api/v1/executions', '/metrics']) {
      await hear(ada.get(path));
    }
    expect(heard.filter((text) => text.includes(PART))).toEqual([]);
    expect(heard.length).toBeGreaterThan(40);

    const rows = (holder: string) => server.part(Database).all('SELECT 1 FROM provider_key WHERE holder = ?', holder);
    expect([await rows('user'), await rows('execution')]).toEqual([[], []]);
    expect(await rows('team')).toHaveLength(1);
    expect(filesHold(dataDir, PART)).toEqual([]);
    await hear(ada.delete(`/api/v1/teams/${team}`));
    await hear(ada.delete(`/api/v1/agents/${own}`));
    await server.stop();
    expect(filesHold(dataDir, PART)).toEqual([]);
    expect(server.lines.filter((line) => line.includes(PART))).toEqual([]);
    expect(server.lines.length).toBeGreaterThan(0);
  });
});

const KEPT = '***';
