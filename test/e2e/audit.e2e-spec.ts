// Real: the whole server over HTTP. Asked of every route that its own document calls a change.
import {
  type Answer,
  HttpClient,
  PASSWORD,
  signUp,
  simAgent,
  startServer,
  type TestServer,
  teamOf,
} from '../harness/index.js';

const EMAIL = 'boss@example.com';

/** One change, from a world of its own to the call that is watched. */
interface Case {
  readonly route: string;
  readonly did: string;
  readonly details?: object;
  /** What the line is about, read from the answer or known before. */
  readonly call: (world: World) => Promise<{ readonly answer: Answer; readonly to: string }>;
}

interface World {
  readonly email: string;
  readonly userId: string;
  readonly refreshToken: string;
  readonly ada: HttpClient;
  readonly agents: readonly string[];
  readonly team: string;
  readonly run: (prompt: string) => Promise<string>;
  readonly ended: (prompt: string) => Promise<string>;
}

let server: TestServer;
let boss: HttpClient;

beforeAll(async () => {
  server = await startServer({
    RENUM_ADMIN_EMAIL: EMAIL,
    RENUM_ADMIN_PASSWORD: PASSWORD,
    RENUM_RATE_LIMIT_PER_MINUTE: '0',
  });
  boss = await signedIn(EMAIL);
});

async function signedIn(email: string): Promise<HttpClient> {
  const { body } = await server.http.post('/api/v1/auth/login', { email, password: PASSWORD });
  return server.http.as(body.token);
}

interface Line {
  readonly seq: number;
  readonly event_type: string;
  readonly outcome: string;
  readonly actor_id: string | null;
  readonly actor_type: string;
  readonly entity_type: string;
  readonly entity_id: string | null;
  readonly ip: string | null;
  readonly request_id: string | null;
}

async function linesAfter(seq: number): Promise<readonly Line[]> {
  const { body } = await boss.get('/api/v1/audit?limit=500');
  return body.items.filter((line: Line) => line.seq > seq).reverse();
}

async function lastSeq(): Promise<number> {
  const { body } = await boss.get('/api/v1/audit?limit=1');
  return body.items[0].seq;
}

const member = { execution_order: 9, input: { source: 'initial_prompt' } };

const CASES: readonly Case[] = [
  {
    route: 'POST /api/v1/auth/register',
    did: 'user.registered',
    call: async () => {
      const email = `${crypto.randomUUID()}@example.com`;
      const answer = await server.http.post('/api/v1/auth/register', { name: 'Eve', email, password: PASSWORD });
      return { answer, to: answer.body.user.id };
    },
  },
  {
    route: 'POST /api/v1/auth/login',
    did: 'session.opened',
    call: async ({ email }) => {
      const answer = await server.http.post('/api/v1/auth/login', { email, password: PASSWORD });
      return { answer, to: sessionOf(answer.body.token) };
    },
  },
  {
    route: 'POST /api/v1/auth/refresh',
    did: 'session.refreshed',
    call: async ({ refreshToken }) => {
      const answer = await server.http.post('/api/v1/auth/refresh', { refresh_token: refreshToken });
      return { answer, to: sessionOf(answer.body.token) };
    },
  },
  {
    route: 'POST /api/v1/auth/logout',
    did: 'session.ended',
    call: async ({ ada }) => {
      const { body } = await ada.get('/api/v1/auth/me');
      return { answer: await ada.post('/api/v1/auth/logout'), to: sessionOf(body.token) };
    },
  },
  {
    route: 'POST /api/v1/agents',
    did: 'agent.created',
    call: async ({ ada }) => {
      const answer = await ada.post('/api/v1/agents', { name: 'New' });
      return { answer, to: answer.body.agent_id };
    },
  },
  {
    route: 'PUT /api/v1/agents/{id}',
    did: 'agent.updated',
    details: { fields: ['name'] },
    call: async ({ ada, agents: [to = ''] }) => ({ answer: await ada.put(`/api/v1/agents/${to}`, { name: 'B' }), to }),
  },
  {
    route: 'DELETE /api/v1/agents/{id}',
    did: 'agent.deleted',
    call: async ({ ada, agents: [, , to = ''] }) => ({ answer: await ada.delete(`/api/v1/agents/${to}`), to }),
  },
  {
    route: 'POST /api/v1/teams',
    did: 'team.created',
    call: async ({ ada, agents: [agent_id = ''] }) => {
      const workflow_definition = { type: 'parallel', agents: [{ agent_id, input: { source: 'initial_prompt' } }] };
      const answer = await ada.post('/api/v1/teams', { name: 'T', agent_ids: [agent_id], workflow_definition });
      return { answer, to: answer.body.team_id };
    },
  },
  {
    route: 'PUT /api/v1/teams/{id}',
    did: 'team.updated',
    details: { fields: ['name'] },
    call: async ({ ada, team: to }) => ({ answer: await ada.put(`/api/v1/teams/${to}`, { name: 'Renamed' }), to }),
  },
  {
    route: 'DELETE /api/v1/teams/{id}',
    did: 'team.deleted',
    call: async ({ ada, team: to }) => ({ answer: await ada.delete(`/api/v1/teams/${to}`), to }),
  },
  {
    route: 'POST /api/v1/teams/{id}/members',
    did: 'team.member-added',
    call: async ({ ada, team: to, agents: [, , agent_id] }) => ({
      answer: await ada.post(`/api/v1/teams/${to}/members`, { agent_id, ...member }),
      to,
    }),
  },
  {
    route: 'PUT /api/v1/teams/{id}/members/{agent_id}',
    did: 'team.member-changed',
    details: { fields: ['workflow'] },
    call: async ({ ada, team: to, agents: [agent] }) => ({
      answer: await ada.put(`/api/v1/teams/${to}/members/${agent}`, { role: 'leader' }),
      to,
    }),
  },
  {
    route: 'DELETE /api/v1/teams/{id}/members/{agent_id}',
    did: 'team.member-removed',
    call: async ({ ada, team: to, agents: [agent] }) => ({
      answer: await ada.delete(`/api/v1/teams/${to}/members/${agent}`),
      to,
    }),
  },
  {
    route: 'POST /api/v1/teams/{id}/execute',
    did: 'execution.accepted',
    details: { team_id: expect.any(String) },
    call: async ({ ada, team }) => {
      const answer = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
      return { answer, to: answer.body.execution_id };
    },
  },
  ...['api-keys', 'teams/api-keys'].flatMap((path): readonly Case[] => [
    {
      route: `POST /api/v1/${path}`,
      did: 'api-key.stored',
      details: { service: 'openai' },
      call: async ({ ada }) => {
        const answer = await ada.post(`/api/v1/${path}`, { service_name: 'openai', api_key: 'sk-1' });
        return { answer, to: expect.any(String) };
      },
    },
    {
      route: `DELETE /api/v1/${path}/{service_name}`,
      did: 'api-key.deleted',
      details: { service: 'openai' },
      call: async ({ ada }) => {
        await ada.post('/api/v1/api-keys', { service_name: 'openai', api_key: 'sk-1' });
        return { answer: await ada.delete(`/api/v1/${path}/openai`), to: expect.any(String) };
      },
    },
  ]),
  ...(
    [
      { way: 'retry', did: 'execution.retried', told: {} },
      { way: 'rerun', did: 'execution.rerun', wish: () => ({ from_step: 's2' }), told: { from_step: 's2' } },
      {
        way: 'fork',
        did: 'execution.forked',
        wish: (agent: string) => ({ agents: { [agent]: { model: 'sim/other' } } }),
        told: { agents: [expect.any(String)] },
      },
      { way: 'replay', did: 'execution.replayed', told: {} },
    ] as const
  ).map(
    ({ way, did, told, ...rest }): Case => ({
      route: `POST /api/v1/executions/{id}/${way}`,
      did,
      details: { team_id: expect.any(String), parent_execution_id: expect.any(String), ...told },
      call: async ({ ada, agents, ended }) => {
        const parent = await ended('[[error:invalid]]');
        const wish = 'wish' in rest ? rest.wish(agents[0] ?? '') : {};
        const answer = await ada.post(`/api/v1/executions/${parent}/${way}`, wish);
        return { answer, to: answer.body.execution_id };
      },
    }),
  ),
  {
    route: 'POST /api/v1/approvals/{id}/decide',
    did: 'approval.decided',
    call: async ({ ada, agents }) => {
      const team = await teamOf(ada, 'parallel', agents.slice(0, 1), { approval: { when: 'before' } });
      await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'x' });
      const to = (await ada.get('/api/v1/approvals')).body.items[0].id;
      return { answer: await ada.post(`/api/v1/approvals/${to}/decide`, { decision: 'reject' }), to };
    },
  },
  {
    route: 'POST /api/v1/executions/{id}/stop',
    did: 'execution.stop-requested',
    call: async ({ ada, run }) => {
      const to = await run('[[sleep:60000]]');
      return { answer: await ada.post(`/api/v1/executions/${to}/stop`), to };
    },
  },
  {
    route: 'DELETE /api/v1/executions/{id}',
    did: 'execution.deleted',
    call: async ({ ada, ended }) => {
      const to = await ended('x');
      return { answer: await ada.delete(`/api/v1/executions/${to}`), to };
    },
  },
];

/** Asked with a body, and nothing is changed by it. */
const ASKING = ['POST /api/v1/teams/{id}/plan', 'POST /api/v1/workflows/compile'];

/** Makes several things at once, each with a line of its own. */
const MAKING_MORE = 'POST /api/v1/templates/{id}/instantiate';

/** A user with three agents, two of them a team. */
async function worldOf(): Promise<World> {
  const email = `${crypto.randomUUID()}@example.com`;
  const registered = await server.http.post('/api/v1/auth/register', { name: 'Ada', email, password: PASSWORD });
  const { body } = await server.http.post('/api/v1/auth/login', { email, password: PASSWORD });
  const ada = server.http.as(body.token);
  const agents = [await simAgent(ada), await simAgent(ada), await simAgent(ada)];
  const team = await teamOf(ada, 'sequential', agents.slice(0, 2));
  const execute = async (prompt: string, headers: Record<string, string>): Promise<string> => {
    const answer = await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: prompt }, { headers });
    return answer.body.execution_id;
  };
  return {
    email,
    userId: registered.body.user.id,
    refreshToken: body.refresh_token,
    ada,
    agents,
    team,
    run: (prompt) => execute(prompt, {}),
    ended: (prompt) => execute(prompt, { prefer: 'wait=20' }),
  };
}

function sessionOf(token: string): string {
  return JSON.parse(String(Buffer.from(token.split('.')[1] ?? '', 'base64url'))).sid;
}

describe('the audit trail', () => {
  it('is asked here about every route that changes something', async () => {
    const { body } = await server.http.get('/openapi.json');
    const changes = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => !['get', 'head', 'parameters'].includes(method))
        .map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...CASES.map(({ route }) => route), ...ASKING, MAKING_MORE].sort()).toEqual(changes.sort());
  });

  it('has a line of everything that a template makes, and none of a question', async () => {
    const { ada, team } = await worldOf();
    const before = await lastSeq();
    await ada.post(`/api/v1/teams/${team}/plan`, {});
    expect(await linesAfter(before)).toEqual([]);
    const { body } = await ada.post('/api/v1/templates/market-analysis/instantiate', {});
    const lines = await linesAfter(before);
    const agents = body.agent_ids.map((to: string) => ['agent.created', to]);
    expect(lines.map(({ event_type, entity_id }) => [event_type, entity_id])).toEqual([
      ...agents,
      ['team.created', body.team_id],
    ]);
  });

  it.each(CASES)('has one line of $route: $did', async ({ did, details, call }) => {
    const world = await worldOf();
    // What the case needs before its own call is told of as well; the watched call is the last.
    const before = await lastSeq();
    const { answer, to } = await call(world);
    expect(answer.status).toBeLessThan(300);
    const lines = (await linesAfter(before)).filter(({ request_id }) => request_id === requestOf(answer));
    expect(lines).toMatchObject([
      {
        seq: expect.any(Number),
        at: expect.stringMatching(/Z$/),
        event_type: did,
        entity_type: did.slice(0, did.indexOf('.')),
        entity_id: to,
        actor_type: 'user',
        actor_id: did === 'user.registered' ? to : world.userId,
        outcome: 'succeeded',
        ip: expect.stringMatching(/127\.0\.0\.1$/),
        request_id: requestOf(answer),
        ...(details && { details }),
      },
    ]);
  });

  it('has no line of what was refused, and no second one of what was replayed', async () => {
    const world = await worldOf();
    const { ada, agents, team } = world;
    const body = { name: 'Once' };
    const headers = { 'idempotency-key': 'once' };
    await ada.post('/api/v1/agents', body, { headers });
    const over = await world.ended('x');
    const before = await lastSeq();
    const nobody = '00000000-0000-7000-8000-000000000000';
    const refused = [
      await ada.post('/api/v1/agents', {}),
      await ada.put(`/api/v1/agents/${nobody}`, { name: 'B' }),
      await ada.delete(`/api/v1/agents/${agents[0]}`),
      await ada.post('/api/v1/teams', { name: 'T', agent_ids: [nobody], workflow_definition: {} }),
      await ada.put(`/api/v1/teams/${nobody}`, { name: 'B' }),
      await ada.delete(`/api/v1/teams/${nobody}`),
      await ada.post(`/api/v1/teams/${team}/members`, { agent_id: agents[0], ...member }),
      await ada.put(`/api/v1/teams/${team}/members/${nobody}`, { role: 'leader' }),
      await ada.delete(`/api/v1/teams/${team}/members/${nobody}`),
      await ada.post(`/api/v1/teams/${team}/execute`, { initial_prompt: '' }),
      await ada.post(`/api/v1/executions/${over}/stop`),
      await ada.delete(`/api/v1/executions/${nobody}`),
      await ada.post('/api/v1/api-keys', { service_name: 'openai' }),
      await ada.delete('/api/v1/api-keys/none'),
      await server.http.post('/api/v1/auth/register', { name: 'Ada', email: world.email, password: PASSWORD }),
      await server.http.post('/api/v1/auth/refresh', { refresh_token: 'x' }),
    ];
    for (const { status } of refused) expect(status).toBeGreaterThanOrEqual(400);
    const replayed = await ada.post('/api/v1/agents', body, { headers });
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(await linesAfter(before)).toEqual([]);
  });

  it('tells of refused logins, of known people and strangers, and never what was typed', async () => {
    const { email, userId } = await worldOf();
    const before = await lastSeq();
    for (const who of [email, 'a-password-typed-in-the-wrong-place@example.com']) {
      await server.http.post('/api/v1/auth/login', { email: who, password: 'wrong wrong wrong' });
    }
    const lines = await linesAfter(before);
    expect(lines).toMatchObject([
      { event_type: 'user.login-refused', outcome: 'refused', actor_id: null, entity_id: userId },
      { event_type: 'user.login-refused', outcome: 'refused', actor_id: null, entity_id: null },
    ]);
    expect(JSON.stringify(lines)).not.toContain('wrong');
  });

  it('tells once in a while that an address is held up, not every time', async () => {
    const { email } = await worldOf();
    const before = await lastSeq();
    for (let n = 0; n < 9; n += 1) await server.http.post('/api/v1/auth/login', { email, password: 'wrong wrong' });
    const seen = (await linesAfter(before)).map(({ event_type }) => event_type);
    expect(seen.filter((one) => one === 'user.login-throttled')).toHaveLength(1);
    expect(seen).toHaveLength(6);
  });

  it('tells of a session that ended because its refresh token was spent twice', async () => {
    const { refreshToken } = await worldOf();
    const ask = (refresh_token: string) => server.http.post('/api/v1/auth/refresh', { refresh_token });
    const second = (await ask(refreshToken)).body.refresh_token;
    await ask(second);
    const before = await lastSeq();
    expect((await ask(refreshToken)).status).toBe(401);
    expect(await linesAfter(before)).toMatchObject([{ event_type: 'session.revoked', actor_type: 'system' }]);
  });

  it('tells of every run that a deleted team stopped', async () => {
    const { ada, team, run } = await worldOf();
    const runs = [await run('[[sleep:60000]]'), await run('[[sleep:60000]]')];
    const before = await lastSeq();
    await ada.delete(`/api/v1/teams/${team}`);
    const lines = await linesAfter(before);
    expect(lines.map(({ event_type }) => event_type)).toEqual([
      'execution.stop-requested',
      'execution.stop-requested',
      'team.deleted',
    ]);
    expect(new Set(lines.map(({ entity_id }) => entity_id))).toEqual(new Set([...runs, team]));
  });

  it('may be read by auditors and administrators, and tells who tried without', async () => {
    const ada = await signUp(server.http);
    const before = await lastSeq();
    expect((await ada.get('/api/v1/audit')).status).toBe(403);
    expect(await linesAfter(before)).toMatchObject([
      { event_type: 'route.forbidden', outcome: 'refused', entity_id: 'GET /api/v1/audit' },
    ]);
    expect((await server.http.get('/api/v1/audit')).status).toBe(401);
  });

  it('finds lines by what was asked, and names a date that is none', async () => {
    const { userId } = await worldOf();
    const { body } = await boss.get(`/api/v1/audit?actor_id=${userId}&entity_type=agent&limit=2&actor_type=user`);
    expect(body).toMatchObject({ total: 3, page: 1, limit: 2, pages: 2, items: [{}, { event_type: 'agent.created' }] });
    const today = new Date().toISOString().slice(0, 10);
    const since = await boss.get(`/api/v1/audit?actor_id=${userId}&start_date=2020-01-01&end_date=${today}`);
    expect(since.body.total).toBeGreaterThanOrEqual(6);
    expect((await boss.get(`/api/v1/audit?end_date=2020-01-01`)).body).toMatchObject({ items: [], total: 0, pages: 0 });
    expect((await boss.get('/api/v1/audit?start_date=tomorrow')).body.errors).toHaveProperty('start_date');
    expect((await boss.get('/api/v1/audit?end_date=2020-02-30')).body.errors).toHaveProperty('end_date');
    const { body: own } = await boss.get('/api/v1/audit?event_type=user.created');
    expect(own.items).toMatchObject([{ actor_type: 'system', request_id: null, ip: null }]);
  });
});

function requestOf({ headers }: Answer): string | null {
  return headers.get('x-request-id');
}
