// Real: the HTTP edge, agents, and a database with every migration. A stand-in: the runs of a team.
import { ProviderKeys } from '#libs/providers/index.js';
import { ADA, type Answer, type TeamsWorld, teamsWorld } from './testing/teams.world.js';

const AS_EVE = { authorization: 'Bearer eve' };
const prompt = { source: 'initial_prompt' };

function workflow(ids: readonly string[]): object {
  return { type: 'parallel', agents: ids.map((agent_id) => ({ agent_id, role: 'member', input: prompt })) };
}

function teamOf(ids: readonly string[] = ['a1', 'a2'], rest: object = {}): object {
  return { name: 'Research', description: 'Finds out', agent_ids: ids, workflow_definition: workflow(ids), ...rest };
}

let world: TeamsWorld;
beforeEach(async () => {
  world = await teamsWorld();
});
afterEach(() => world.close());

const create = (body: unknown = teamOf(), headers?: Record<string, string>): Promise<Answer> =>
  world.call('POST', '/teams', body, headers);

async function created(body: unknown = teamOf(), headers?: Record<string, string>): Promise<string> {
  const answer = await create(body, headers);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.team_id;
}

describe('creating a team', () => {
  it('answers with the team and its address', async () => {
    const { status, headers, body } = await create(teamOf(['a1', 'a2'], { team_config: { tone: 'dry' } }));
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/teams/${body.team_id}`);
    expect(body).toEqual({
      team_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: ADA.id,
      name: 'Research',
      description: 'Finds out',
      agent_ids: ['a1', 'a2'],
      workflow_definition: workflow(['a1', 'a2']),
      team_config: { tone: 'dry' },
      is_active: true,
      created_at: '2026-01-01T00:00:00.000Z',
      updated_at: '2026-01-01T00:00:00.000Z',
    });
    expect((await world.call('GET', `/teams/${body.team_id}`)).body).toEqual(body);
  });

  it('needs no more than a name, agents and a workflow', async () => {
    const { body } = await create({ name: 'x', agent_ids: ['a1'], workflow_definition: workflow(['a1']) });
    expect(body).toMatchObject({ description: null, team_config: {} });
  });

  it('takes null and empty for absent', async () => {
    const nulls = { description: null, user_api_keys: null, team_config: null };
    expect((await create(teamOf(['a1'], nulls))).status).toBe(201);
    expect((await create(teamOf(['a1'], { user_api_keys: {} }))).status).toBe(201);
  });

  it('links a pipeline as the form of the UI means it, and keeps it so', async () => {
    const agents = [
      { agent_id: 'a1', input: prompt },
      { agent_id: 'a2', input: prompt, conditions: {} },
    ];
    const { body } = await create(teamOf(['a1', 'a2'], { workflow_definition: { type: 'pipeline', agents } }));
    expect(body.workflow_definition.agents).toEqual([
      { agent_id: 'a1', role: 'member', input: prompt },
      { agent_id: 'a2', role: 'member', input: { source: 'agent_result', agent_id: 'a1' } },
    ]);
    expect((await world.call('GET', `/teams/${body.team_id}`)).body).toEqual(body);
  });

  it('drops unknown fields and keeps known ones exactly', async () => {
    const agent = {
      agent_id: 'a1',
      role: 'leader',
      execution_order: 0,
      input: { source: 'combined', sources: [{ type: 'initial_prompt' }] },
      conditions: [],
      timeout: 0.25,
      retry_config: { max_attempts: 2, retry_on: ['timeout'], note: 'ünïcode 🦉 \u2028' },
    };
    const definition = { type: 'sequential', agents: [agent], config: { layout: { '': [null, 1e-7, ''] } } };
    const sent = teamOf(['a1'], {
      name: "  Robert'); DROP TABLE team;-- ",
      workflow_definition: definition,
      colour: 1,
    });
    const { body } = await create(sent);
    expect(body).toMatchObject({ name: "  Robert'); DROP TABLE team;-- ", workflow_definition: definition });
    expect(body).not.toHaveProperty('colour');
    expect((await world.call('GET', `/teams/${body.team_id}`)).body).toEqual(body);
  });

  it('names every wrong field at once', async () => {
    const { status, body } = await create({
      name: '',
      description: 7,
      agent_ids: [],
      workflow_definition: { type: 'circle', agents: [{ agent_id: 'a1' }, 5] },
      user_api_keys: { openai: 'sk secret' },
      team_config: [],
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ status: 422, code: 'request.invalid', message: 'Validation failed' });
    expect(Object.keys(body.errors).sort()).toEqual([
      'agent_ids',
      'description',
      'name',
      'team_config',
      'user_api_keys.openai',
      'workflow_definition.agents[0].input',
      'workflow_definition.agents[1]',
      'workflow_definition.type',
    ]);
    expect(JSON.stringify(body)).not.toContain('sk secret');
  });

  it('names everything the workflow cannot do', async () => {
    const agents = [
      { agent_id: 'a1', input: prompt },
      { agent_id: 'a2', execution_order: 1, input: { source: 'agent_result', agent_id: 'a9' } },
    ];
    const { status, body } = await create(
      teamOf(['a1', 'a3'], { workflow_definition: { type: 'sequential', agents } }),
    );
    expect(status).toBe(422);
    expect(body.code).toBe('team.plan-invalid');
    expect(body.errors).toEqual({
      'agent_ids[1]': ['does not appear in the workflow'],
      'workflow_definition.agents[0].execution_order': ['is required in a sequential workflow'],
      'workflow_definition.agents[1].agent_id': ['must be one of agent_ids'],
      'workflow_definition.agents[1].input.agent_id': ['names no agent of this workflow'],
    });
  });

  it('refuses what it could not keep: budgets', async () => {
    const budget = await create(teamOf(['a1'], { team_config: { budget_usd: 5 } }));
    expect([budget.status, Object.keys(budget.body.errors)]).toEqual([422, ['team_config.budget_usd']]);
    expect((await world.call('GET', '/teams')).body.total).toBe(0);
  });

  it('admits as many agents as the server says, all of them the caller’s', async () => {
    const ids = Array.from({ length: 11 }, (_, n) => `a${n}`);
    const eleven = await create(teamOf(ids));
    expect([eleven.status, eleven.body.code]).toEqual([400, 'team.agent-limit-reached']);
    const foreign = await create(teamOf(['a1', 'e1', 'x']));
    expect([foreign.status, foreign.body.code]).toEqual([400, 'team.agents-unknown']);
    expect(foreign.body.detail).toBe('You have no such agents: e1, x.');
  });

  it('looks at the shape first, then at limits, then at owners', async () => {
    const ids = Array.from({ length: 11 }, (_, n) => `e${n}`);
    expect((await create(teamOf(ids, { name: '' }))).status).toBe(422);
    expect((await create(teamOf(ids))).body.code).toBe('team.agent-limit-reached');
    expect((await create(teamOf(ids.slice(1)))).body.code).toBe('team.agents-unknown');
  });

  it('is repeated harmlessly with an Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'k1' };
    const id = await created(teamOf(), key);
    expect(await created(teamOf(), key)).toBe(id);
    expect((await create(teamOf(['a1']), key)).status).toBe(422);
    expect((await world.call('GET', '/teams')).body.total).toBe(1);
  });

  it('returns the team that a dead process made under the same claimed id', async () => {
    const key = { 'idempotency-key': 'k1' };
    const id = await created(teamOf(), key);
    await world.database.work.write("UPDATE idempotency_key SET status = NULL, body = NULL, claimed_by = 'the dead'");
    expect(await created(teamOf(), key)).toBe(id);
    expect((await world.call('GET', '/teams')).body.total).toBe(1);
  });
});

describe('the limit of teams', () => {
  it('holds for each user, also for many at once', async () => {
    await world.close();
    world = await teamsWorld({ RENUM_MAX_TEAMS: '3' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => create()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
      code: 'team.limit-reached',
      detail: 'Maximum number of teams (3) reached. Delete one first.',
    });
    expect((await create(teamOf(['e1']), AS_EVE)).status).toBe(201);
    expect((await world.call('GET', '/teams')).body.total).toBe(3);
  });

  it('is looked at before the owners', async () => {
    await world.close();
    world = await teamsWorld({ RENUM_MAX_TEAMS: '1' });
    await created();
    expect((await create(teamOf(['e1']))).body.code).toBe('team.limit-reached');
  });
});

describe('listing teams', () => {
  async function fill(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await created(teamOf(['a1'], { name }));
      world.clock.advance(1_000);
    }
  }
  const list = async (query = ''): Promise<Answer['body']> => (await world.call('GET', `/teams${query}`)).body;
  const names = async (query: string): Promise<readonly string[]> =>
    (await list(query)).items.map(({ name }: { name: string }) => name);

  it('shows pages, newest first', async () => {
    await fill('one', 'two', 'three');
    expect(await list('?limit=2')).toMatchObject({
      items: [{ name: 'three' }, { name: 'two' }],
      total: 3,
      page: 1,
      limit: 2,
      pages: 2,
    });
    expect(await names('?limit=2&page=2')).toEqual(['one']);
    expect(await list('?page=9')).toEqual({ items: [], total: 3, page: 9, limit: 10, pages: 1 });
    expect(await list('?page=1000000000&limit=100')).toMatchObject({ items: [], total: 3 });
  });

  it('shows only the caller’s own', async () => {
    await fill('one');
    const { body } = await world.call('GET', '/teams', undefined, AS_EVE);
    expect(body).toEqual({ items: [], total: 0, page: 1, limit: 10, pages: 0 });
  });

  it('finds a part of the name in any case and any script, without wildcards', async () => {
    await fill('100% Ärger', 'a_b', 'aXb', 'back\\slash', 'plain');
    expect(await names('?name_filter=PLAI')).toEqual(['plain']);
    expect(await names(`?name_filter=${encodeURIComponent('äRG')}`)).toEqual(['100% Ärger']);
    expect(await names(`?name_filter=${encodeURIComponent('0%')}`)).toEqual(['100% Ärger']);
    expect(await names(`?name_filter=${encodeURIComponent('%')}`)).toEqual(['100% Ärger']);
    expect(await names('?name_filter=A_B')).toEqual(['a_b']);
    expect(await names(`?name_filter=${encodeURIComponent('k\\s')}`)).toEqual(['back\\slash']);
    expect(await names(`?name_filter=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
    expect(await names('?name_filter=')).toHaveLength(5);
  });

  it('leaves inactive teams out unless asked for them', async () => {
    await fill('one', 'two');
    const [{ team_id }] = (await list('?name_filter=one')).items;
    await world.call('PUT', `/teams/${team_id}`, { is_active: false });
    expect(await names('')).toEqual(['two']);
    expect(await names('?active_only=true')).toEqual(['two']);
    expect(await names('?active_only=false')).toEqual(['two', 'one']);
  });

  it.each([
    'page=0',
    'page=x',
    'page=1.5',
    'limit=0',
    'limit=101',
    'active_only=maybe',
    `name_filter=${'x'.repeat(101)}`,
    'name_filter=%00',
  ])('refuses ?%s', async (query) => {
    const answer = await world.call('GET', `/teams?${query}`);
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [query.split('=')[0]]]);
  });

  it('ignores what it does not know', async () => {
    expect((await world.call('GET', '/teams?colour=red&sort[a]=1')).status).toBe(200);
  });
});

describe('changing a team', () => {
  it('changes only what was sent', async () => {
    const id = await created();
    world.clock.advance(60_000);
    const { status, body } = await world.call('PUT', `/teams/${id}`, {
      name: 'New name',
      is_active: false,
      description: null,
    });
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        name: 'New name',
        description: 'Finds out',
        is_active: false,
        agent_ids: ['a1', 'a2'],
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:01:00.000Z',
      }),
    ]);
    expect((await world.call('GET', `/teams/${id}`)).body).toEqual(body);
  });

  it('takes every field of a whole team back as it was read', async () => {
    const id = await created();
    const { body } = await world.call('GET', `/teams/${id}`);
    expect((await world.call('PUT', `/teams/${id}`, body)).body).toEqual(body);
  });

  it('changes agents and workflow together, and refuses one that does not fit the other', async () => {
    const id = await created();
    const both = { agent_ids: ['a7'], workflow_definition: workflow(['a7']) };
    expect((await world.call('PUT', `/teams/${id}`, both)).body).toMatchObject(both);
    const half = await world.call('PUT', `/teams/${id}`, { agent_ids: ['a1'] });
    expect([half.status, half.body.errors]).toEqual([
      422,
      {
        'agent_ids[0]': ['does not appear in the workflow'],
        'workflow_definition.agents[0].agent_id': ['must be one of agent_ids'],
      },
    ]);
    const foreign = { agent_ids: ['e1'], workflow_definition: workflow(['e1']) };
    expect((await world.call('PUT', `/teams/${id}`, foreign)).status).toBe(400);
    expect((await world.call('GET', `/teams/${id}`)).body).toMatchObject(both);
  });

  it('loses nothing when two change different fields at once', async () => {
    const id = await created();
    await Promise.all([
      world.call('PUT', `/teams/${id}`, { name: 'New' }),
      world.call('PUT', `/teams/${id}`, { description: 'Other' }),
      world.call('PUT', `/teams/${id}`, { team_config: { a: 1 } }),
    ]);
    expect((await world.call('GET', `/teams/${id}`)).body).toMatchObject({
      name: 'New',
      description: 'Other',
      team_config: { a: 1 },
    });
  });

  it('is seen by whoever reads next, however often the team was read before', async () => {
    const id = await created();
    for (const name of ['Second', 'Third']) {
      const read = async () => (await world.call('GET', `/teams/${id}`)).body.name;
      expect(await read()).toBe(await read());
      await world.call('PUT', `/teams/${id}`, { name });
      expect(await read()).toBe(name);
    }
    await world.call('DELETE', `/teams/${id}`);
    expect(await world.call('GET', `/teams/${id}`)).toMatchObject({ status: 404 });
  });

  it('finds a changed name', async () => {
    const id = await created();
    await world.call('PUT', `/teams/${id}`, { name: 'ÉTUDE' });
    expect((await world.call('GET', `/teams?name_filter=${encodeURIComponent('étu')}`)).body.total).toBe(1);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: '   ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 5 }, 'name'],
    [{ description: 'x'.repeat(2_001) }, 'description'],
    [{ is_active: 'yes' }, 'is_active'],
    [{ agent_ids: [''] }, 'agent_ids'],
    [{ agent_ids: 'a1' }, 'agent_ids'],
    [{ workflow_definition: [] }, 'workflow_definition'],
    [{ user_api_keys: { a: 5 } }, 'user_api_keys.a'],
    [{ user_api_keys: { '': 'b' } }, 'user_api_keys'],
    [{ user_api_keys: 'x' }, 'user_api_keys'],
    [{ team_config: { budget_usd: 1 } }, 'team_config.budget_usd'],
  ])('refuses %j', async (change, field) => {
    const id = await created();
    const answer = await world.call('PUT', `/teams/${id}`, change);
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [field]]);
  });
});

describe('the keys of a team', () => {
  const keys = () => world.app.get(ProviderKeys, { strict: false });
  const keyOf = async (teamId: string, provider: string) => {
    const key = await keys().keyFor({ userId: ADA.id, teamId, executionId: ADA.id }, provider);
    return key?.secret.reveal() ?? null;
  };

  it('are kept sealed and never shown', async () => {
    const { status, body } = await create(
      teamOf(['a1'], { user_api_keys: { openai: 'sk-canary', google: 'g-canary' } }),
    );
    expect(status).toBe(201);
    expect([await keyOf(body.team_id, 'openai'), await keyOf(body.team_id, 'google')]).toEqual([
      'sk-canary',
      'g-canary',
    ]);
    const shown = [
      body,
      (await world.call('GET', `/teams/${body.team_id}`)).body,
      (await world.call('GET', '/teams')).body,
    ];
    const rows = await world.database.all('SELECT * FROM provider_key');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify([shown, rows, await world.database.all('SELECT * FROM team')])).not.toContain('canary');
    expect((await world.call('GET', '/api-keys')).body).toEqual([]);
  });

  it('are replaced one by one; null takes one away, and what is not named stays', async () => {
    const id = (await create(teamOf(['a1'], { user_api_keys: { openai: 'one', google: 'two' } }))).body.team_id;
    const change = (user_api_keys?: object | null) => world.call('PUT', `/teams/${id}`, { name: 'new', user_api_keys });
    for (const nothing of [undefined, null, {}]) expect((await change(nothing)).status).toBe(200);
    expect([await keyOf(id, 'openai'), await keyOf(id, 'google')]).toEqual(['one', 'two']);
    expect((await change({ OpenAI: 'three', google: null, anthropic: null })).body).not.toHaveProperty('user_api_keys');
    expect([await keyOf(id, 'openai'), await keyOf(id, 'google')]).toEqual(['three', null]);
  });

  it('are kept with the change of their team or not at all', async () => {
    const id = await created();
    const foreign = await world.call('PUT', `/teams/${id}`, { user_api_keys: { openai: 'x' } }, AS_EVE);
    expect(foreign.status).toBe(404);
    const broken = await world.call('PUT', `/teams/${id}`, { agent_ids: ['a2'], user_api_keys: { openai: 'x' } });
    expect(broken.status).toBe(422);
    const many = (from: number) => Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${from + n}`, 'k']));
    expect((await world.call('PUT', `/teams/${id}`, { user_api_keys: many(0) })).status).toBe(200);
    const more = await world.call('PUT', `/teams/${id}`, { name: 'too many', user_api_keys: many(30) });
    expect([more.status, more.body.code]).toEqual([400, 'api-key.limit-reached']);
    expect((await world.call('GET', `/teams/${id}`)).body.name).not.toBe('too many');
    expect([await keyOf(id, 'openai'), await keyOf(id, 's30')]).toEqual([null, null]);
  });

  it('are gone with their team', async () => {
    const id = (await create(teamOf(['a1'], { user_api_keys: { openai: 'one' } }))).body.team_id;
    await world.call('DELETE', `/teams/${id}`);
    expect(await world.database.all('SELECT * FROM provider_key')).toEqual([]);
  });
});

describe('deleting a team', () => {
  it('stops its runs and forgets it', async () => {
    const id = await created();
    const answer = await world.call('DELETE', `/teams/${id}`);
    expect([answer.status, answer.body]).toEqual([
      200,
      { success: true, status: 'success', message: 'Team "Research" deleted' },
    ]);
    expect(new Set(world.stopped)).toEqual(new Set([`${ADA.id} ${id}`]));
    expect((await world.call('GET', `/teams/${id}`)).status).toBe(404);
    expect((await world.call('DELETE', `/teams/${id}`)).status).toBe(404);
    expect((await world.call('GET', '/teams')).body.total).toBe(0);
  });
});

describe('an agent in a team', () => {
  it('cannot be deleted while the team needs it', async () => {
    const id = await created(teamOf(['a1', 'a2'], { name: 'Needs a1' }));
    const agent = await world.call('POST', '/agents', { name: 'New', model: 'sim/x' });
    const ids = [agent.body.agent_id];
    await world.call('PUT', `/teams/${id}`, { agent_ids: ids, workflow_definition: workflow(ids) });
    const kept = await world.call('DELETE', `/agents/${ids[0]}`);
    expect([kept.status, kept.body.detail]).toEqual([409, expect.stringContaining('the team "Needs a1"')]);
    await world.call('DELETE', `/teams/${id}`);
    expect((await world.call('DELETE', `/agents/${ids[0]}`)).status).toBe(200);
  });
});

describe('a team of somebody else', () => {
  it.each([
    ['GET', undefined],
    ['PUT', { name: 'mine now' }],
    ['DELETE', undefined],
  ])('is answered to %s exactly like an unknown one', async (method, body) => {
    const id = await created();
    const foreign = await world.call(method, `/teams/${id}`, body, AS_EVE);
    const unknown = await world.call(method, '/teams/0197b3a0-0000-7000-8000-00000000dead', body, AS_EVE);
    const told = ({ status, body }: Answer): unknown => [status, body.code, body.detail, body.errors];
    expect(told(foreign)).toEqual(told(unknown));
    expect(foreign.status).toBe(404);
    expect((await world.call(method, '/teams/not-a-uuid', body)).status).toBe(404);
    expect((await world.call('GET', `/teams/${id}`)).body.name).toBe('Research');
    expect(world.stopped).toEqual([]);
  });

  it('is not there, however often its owner has read it', async () => {
    const id = await created();
    expect(await world.call('GET', `/teams/${id}`)).toMatchObject({ status: 200 });
    expect(await world.call('GET', `/teams/${id}`, undefined, AS_EVE)).toMatchObject({ status: 404 });
  });

  it('needs a caller at all', async () => {
    expect((await world.call('GET', '/teams', undefined, { authorization: '' })).status).toBe(401);
  });
});

describe('hostile input', () => {
  it.each([
    ['{"name":"a\\u0000b"}', 'name'],
    ['{"name":"a\\ud800b"}', 'name'],
    ['{"description":"\\udfff"}', 'description'],
    ['{"team_config":{"deep":["\\u0000"]}}', 'team_config.deep[0]'],
    ['{"team_config":{"n":9007199254740993}}', 'team_config.n'],
    [
      '{"workflow_definition":{"type":"parallel","agents":[{"agent_id":"a\\u0000","input":{"source":"initial_prompt"}}]}}',
      'workflow_definition.agents[0].agent_id',
    ],
    [
      '{"workflow_definition":{"type":"parallel","agents":[{"agent_id":"a1","input":{"source":"initial_prompt"},"retry_config":{"x":"\\u0000"}}]}}',
      'workflow_definition.agents[0].retry_config.x',
    ],
  ])('%s is refused by the name of its field', async (body, field) => {
    const id = await created();
    const answer = await world.call('PUT', `/teams/${id}`, body);
    expect([answer.status, Object.keys(answer.body.errors)]).toEqual([422, [field]]);
  });

  it.each(['null', '[]', '"text"', '7', 'true'])('%s is no team', async (body) => {
    expect((await create(body)).status).toBe(422);
  });

  it.each(['{', '{"__proto__": {"name": "x"}}', `${'['.repeat(100_000)}`])('%.40s is malformed', async (body) => {
    expect((await create(body)).status).toBe(400);
  });

  it('of a hundred thousand empty agents is refused at once, in few words', async () => {
    const body = teamOf(['a1'], { workflow_definition: { type: 'parallel', agents: new Array(100_000).fill({}) } });
    const before = performance.now();
    const answer = await create(body);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.errors)).toHaveLength(100);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('with names of prototypes is data like any other', async () => {
    const ids = ['a.constructor', 'a:__proto__'];
    const { body } = await create(teamOf(ids, { team_config: { hasOwnProperty: 1, toString: null } }));
    expect(body).toMatchObject({ agent_ids: ids, team_config: { hasOwnProperty: 1, toString: null } });
  });
});
