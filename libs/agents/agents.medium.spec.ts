// Real here: HTTP on a free port, the edge, and SQLite in a file.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ActorRef, Clock, isUuid, ManualClock, newId } from '#libs/kernel/index.js';
import { ConfigurationModule, loadConfig } from '#libs/platform/config/index.js';
import { DatabaseModule, SqliteDatabase, UnitOfWork } from '#libs/platform/database/index.js';
import { Authenticator, type Credential, createHttpApp, EdgeModule } from '#libs/platform/http/index.js';
import { OutboundModule } from '#libs/platform/outbound/index.js';
import { SecretsModule } from '#libs/platform/secrets/index.js';
import { Providers, providersEntities } from '#libs/providers/index.js';
import { ringOf } from '#libs/providers/testing/ring.js';
import { SecurityModule } from '#libs/security/index.js';
import { migrations } from '../../migrations/index.js';
import { AgentsModule, AgentsService, AgentUses, type AgentView, agentsEntities } from './index.js';
import { SealedSecrets } from './sealed-secrets.js';

const PEOPLE: Readonly<Record<string, ActorRef>> = {
  ada: { id: newId(), email: 'ada@example.com', role: 'user' },
  eve: { id: newId(), email: 'eve@example.com', role: 'user' },
};
const ada = PEOPLE.ada as ActorRef;

class Doorman extends Authenticator {
  authenticate({ token }: Credential): ActorRef | null {
    return PEOPLE[token] ?? null;
  }
  permits(_: ActorRef, permission: string): boolean {
    return permission.startsWith('agent:');
  }
}

let folder: string;
let clock: ManualClock;
let app: NestFastifyApplication;
let url: string;

async function open(env: NodeJS.ProcessEnv = {}): Promise<void> {
  const database = await SqliteDatabase.open(
    { mode: 'embedded', file: join(folder, 'renum.db') },
    { entities: [...providersEntities, ...agentsEntities], migrations },
  );
  @Global()
  @Module({
    imports: [
      ConfigurationModule.forRoot(loadConfig({ env: { RENUM_ENV: 'test', ...env }, cwd: folder })),
      DatabaseModule.of(database),
      SecretsModule.of(ringOf('k1')),
      OutboundModule,
      SecurityModule,
      EdgeModule,
      AgentsModule,
    ],
    providers: [
      { provide: Clock, useValue: clock },
      { provide: Authenticator, useClass: Doorman },
    ],
    exports: [Clock, Authenticator],
  })
  class World {}
  app = await createHttpApp(World, { corsOrigins: [], logger: false });
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/api/v1/agents`;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renum-agents-'));
  clock = new ManualClock(Date.UTC(2026, 10, 22, 11));
  await open();
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const nested = (depth: number): object => (depth === 0 ? {} : { items: nested(depth - 1) });

/** A configuration with a runner of its own. */
const runner = (said: object) => ({ configuration: { runner: { kind: 'http', url: 'https://h/', ...said } } });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer may be of any shape until it is looked at
  readonly body: any;
}

async function call(method: string, path = '', body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: 'Bearer ada',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const as = (who: string) => ({ authorization: `Bearer ${who}` });
const made = async (body: object = { name: 'Researcher' }) => (await call('POST', '', body)).body;

describe('creating an agent', () => {
  it('answers with the whole agent, defaults included, and where it lives', async () => {
    const { status, headers, body } = await call('POST', '', { name: 'Researcher', knowledge_base_ids: [] });
    expect(status).toBe(201);
    expect(isUuid(body.id)).toBe(true);
    expect(headers.get('location')).toBe(`/api/v1/agents/${body.id}`);
    expect(body).toEqual({
      agent_id: body.id,
      id: body.id,
      name: 'Researcher',
      description: '',
      status: 'active',
      model: null,
      capabilities: [],
      role: 'member',
      configuration: { model: null, system_prompt: '', tools: [] },
      knowledge_base_ids: [],
      knowledge_bases: [],
      created_at: '2026-11-22T11:00:00.000Z',
      updated_at: '2026-11-22T11:00:00.000Z',
    });
  });

  it('takes the flat body', async () => {
    const flat = {
      name: 'R',
      description: 'd',
      model: 'gpt-4',
      capabilities: ['a', 'b'],
      knowledge_base_ids: ['kb'],
      role: 'leader',
    };
    expect((await call('POST', '', flat)).body).toMatchObject({ ...flat, configuration: { model: 'gpt-4' } });
  });

  it('takes the nested body as the page sends it, and lets it win over flat fields', async () => {
    const configuration = {
      model: 'sim/fast',
      system_prompt: 'Be brief. 🙂',
      tools: [{ name: 'web_search', description: 'Looks things up' }],
    };
    const { body } = await call('POST', '', {
      name: 'R',
      description: 'd',
      model: 'gpt-4',
      configuration,
      knowledge_base_ids: [],
      status: 'draft',
    });
    expect(body).toMatchObject({ status: 'draft', model: 'sim/fast', configuration });
  });

  it('drops what it does not know, at every depth', async () => {
    const { body } = await call('POST', '', {
      name: 'R',
      id: newId(),
      user_id: 'eve',
      color: 'red',
      configuration: { temperature: 1, tools: [{ name: 't', description: '', id: 7 }] },
    });
    expect(JSON.stringify(body)).not.toMatch(/color|temperature|eve/);
    expect(body.configuration).toEqual({ model: null, system_prompt: '', tools: [{ name: 't', description: '' }] });
  });

  it('makes one agent of one idempotency key, also across a restart', async () => {
    const first = await call('POST', '', { name: 'R' }, { 'idempotency-key': 'k1' });
    await app.close();
    await open();
    const second = await call('POST', '', { name: 'R' }, { 'idempotency-key': 'k1' });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect((await call('GET')).body).toHaveLength(1);
  });

  it('saves a model nobody serves and agents whose runner is still to come', async () => {
    expect(await made({ name: 'R', model: 'oracle' })).toMatchObject({ model: 'oracle' });
    const http = { kind: 'http', url: 'https://agent.example/run' };
    expect((await made({ name: 'R', configuration: { runner: http } })).configuration.runner).toEqual(http);
    const suna = { kind: 'suna', agent_id: 'a7' };
    expect((await made({ name: 'R', configuration: { runner: suna } })).configuration.runner).toEqual(suna);
  });

  it.each([
    ['no name', {}, 'name'],
    ['a name of the wrong type', { name: 5 }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a blank name', { name: ' \n' }, 'name'],
    ['an endless name', { name: 'x'.repeat(201) }, 'name'],
    ['a name with U+0000', '{"name":"a\\u0000b"}', 'name'],
    ['a name with half a character', '{"name":"a\\ud800b"}', 'name'],
    ['a description of the wrong type', { name: 'R', description: ['x'] }, 'description'],
    ['an endless description', { name: 'R', description: 'x'.repeat(5_001) }, 'description'],
    ['a status of its own', { name: 'R', status: 'busy' }, 'status'],
    ['a model of the wrong type', { name: 'R', model: { name: 'x' } }, 'model'],
    ['an empty model', { name: 'R', model: '' }, 'model'],
    ['capabilities that are no list', { name: 'R', capabilities: 'x' }, 'capabilities'],
    ['a capability that is no text', { name: 'R', capabilities: ['a', 5] }, 'capabilities'],
    ['too many capabilities', { name: 'R', capabilities: Array(101).fill('x') }, 'capabilities'],
    ['knowledge that is no list', { name: 'R', knowledge_base_ids: {} }, 'knowledge_base_ids'],
    ['a role that is no text', { name: 'R', role: 1 }, 'role'],
    ['a configuration that is a text', { name: 'R', configuration: 'x' }, 'configuration'],
    ['a configuration that is a list', { name: 'R', configuration: [] }, 'configuration'],
    ['a prompt that is no text', { name: 'R', configuration: { system_prompt: 5 } }, 'configuration.system_prompt'],
    ['an endless prompt', { name: 'R', system_prompt: 'x'.repeat(100_001) }, 'system_prompt'],
    ['tools that are no list', { name: 'R', configuration: { tools: 'x' } }, 'configuration.tools'],
    ['a tool that is a text', { name: 'R', configuration: { tools: ['x'] } }, 'configuration.tools[0]'],
    ['a tool without a name', { name: 'R', configuration: { tools: [{}] } }, 'configuration.tools[0].name'],
    ['a schema that is a text', { name: 'R', output_schema: 'x' }, 'output_schema'],
    ['a schema that is none', { name: 'R', output_schema: { type: 'x' } }, 'output_schema'],
    [
      'a schema that is none in the configuration',
      { name: 'R', configuration: { output_schema: { properties: 5 } } },
      'configuration.output_schema',
    ],
    ['a schema without a ground', { name: 'R', output_schema: nested(40) }, 'output_schema'],
    [
      'an endless schema',
      { name: 'R', configuration: { output_schema: { title: 'x'.repeat(40_000) } } },
      'configuration.output_schema',
    ],
    ['a runner that is a text', { name: 'R', configuration: { runner: 'http' } }, 'configuration.runner'],
    ['a runner of another kind', { name: 'R', configuration: { runner: { kind: 'x' } } }, 'configuration.runner.kind'],
    ['an address without one', { name: 'R', configuration: { runner: { kind: 'http' } } }, 'configuration.runner.url'],
    [
      'an address of a file',
      { name: 'R', configuration: { runner: { kind: 'http', url: 'file:///etc/passwd' } } },
      'configuration.runner.url',
    ],
    [
      'a password in an address',
      { name: 'R', configuration: { runner: { kind: 'http', url: 'https://u:p@h/' } } },
      'configuration.runner.url',
    ],
    [
      'Suna without an agent',
      { name: 'R', configuration: { runner: { kind: 'suna' } } },
      'configuration.runner.agent_id',
    ],
    [
      'an address in a private network',
      { name: 'R', ...runner({ url: 'http://10.0.0.7/' }) },
      'configuration.runner.url',
    ],
    ['an address of this host', { name: 'R', ...runner({ url: 'http://0x7f.1/' }) }, 'configuration.runner.url'],
    ['an address with a tab', { name: 'R', ...runner({ url: 'https://h/\t' }) }, 'configuration.runner.url'],
    ['headers that are a list', { name: 'R', ...runner({ headers: ['s3cret'] }) }, 'configuration.runner.headers'],
    [
      'a header of the connection',
      { name: 'R', ...runner({ headers: { Host: 's3cret' } }) },
      'configuration.runner.headers.Host',
    ],
    [
      'a line break in a header',
      { name: 'R', ...runner({ headers: { a: 's3cret\r\nb: c' } }) },
      'configuration.runner.headers.a',
    ],
    ['a secret that is no text', { name: 'R', ...runner({ secret: 5 }) }, 'configuration.runner.secret'],
    [
      'a secret that is no base64',
      { name: 'R', ...runner({ secret: 'whsec_s3cret!' }) },
      'configuration.runner.secret',
    ],
    [
      'a secret of Suna',
      { name: 'R', ...runner({ kind: 'suna', agent_id: 'x', secret: 's3cret' }) },
      'configuration.runner.secret',
    ],
    [
      'headers of Suna',
      { name: 'R', ...runner({ kind: 'suna', agent_id: 'x', headers: { a: 's3cret' } }) },
      'configuration.runner.headers',
    ],
  ])('refuses %s, names the field and stores nothing', async (_, body, field) => {
    const answer = await call('POST', '', body);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.errors)).toContain(field);
    expect(JSON.stringify(answer.body)).not.toContain('s3cret');
    expect((await call('GET')).body).toEqual([]);
  });
});

describe('reading agents', () => {
  it('lists the caller’s own, newest first, as a bare array', async () => {
    await made({ name: 'first' });
    await made({ name: 'second' });
    await call('POST', '', { name: 'foreign' }, as('eve'));
    const { body, headers } = await call('GET');
    expect(body.map(({ name }: AgentView) => name)).toEqual(['second', 'first']);
    expect(headers.get('link')).toBeNull();
  });

  it('gives the same of one agent as of the list, and as it was created', async () => {
    const agent = await made({
      name: 'R',
      configuration: { model: 'sim/x', tools: [{ name: 't', description: 'd' }] },
    });
    expect((await call('GET', `/${agent.id}`)).body).toEqual(agent);
    expect((await call('GET')).body).toEqual([agent]);
  });

  it('ends a list that would be endless, and says where it goes on', async () => {
    const prompt = 'x'.repeat(100_000);
    for (let n = 0; n < 45; n++) await made({ name: `agent ${n}`, system_prompt: prompt });
    const first = await call('GET');
    const next = /^<\/api\/v1\/agents(\?offset=\d+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1];
    const rest = await call('GET', next);
    expect(first.body).toHaveLength(41);
    expect(rest.headers.get('link')).toBeNull();
    const names = [...first.body, ...rest.body].map(({ name }: AgentView) => name);
    expect(new Set(names).size).toBe(45);
    expect((await call('GET', '?offset=-1')).status).toBe(422);
  });

  it('answers unknown, foreign and malformed ids with 404, the first two alike', async () => {
    const foreign = (await call('POST', '', { name: 'foreign' }, as('eve'))).body.id;
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? { name: 'mine' } : undefined;
      const answers = [await call(method, `/${foreign}`, body), await call(method, `/${newId()}`, body)];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect(answers.map(({ body: { code, detail } }) => `${code} ${detail}`)).toEqual(
        Array(2).fill('agent.not-found There is no agent with this id.'),
      );
      expect((await call(method, '/17', body)).status).toBe(404);
    }
    expect((await call('GET', `/${foreign}`, undefined, as('eve'))).body.name).toBe('foreign');
  });

  it('asks who is calling', async () => {
    expect((await call('GET', '', undefined, as('nobody'))).status).toBe(401);
  });
});

describe('changing an agent', () => {
  it('changes what is mentioned and nothing else', async () => {
    const agent = await made({
      name: 'R',
      description: 'd',
      configuration: { model: 'gpt-4', system_prompt: 'p', tools: [{ name: 't', description: '' }] },
    });
    clock.advance(60_000);
    const { status, body } = await call('PUT', `/${agent.id}`, {
      status: 'inactive',
      configuration: { model: 'sim/x' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...agent,
      status: 'inactive',
      model: 'sim/x',
      configuration: { ...agent.configuration, model: 'sim/x' },
      updated_at: '2026-11-22T11:01:00.000Z',
    });
    expect((await call('GET', `/${agent.id}`)).body).toEqual(body);
  });

  it('takes back the whole view that it gave', async () => {
    const agent = await made({ name: 'R', configuration: { runner: { kind: 'suna', agent_id: 'a7' } } });
    expect((await call('PUT', `/${agent.id}`, agent)).body).toEqual(agent);
    expect((await call('PUT', `/${agent.id}`, {})).body).toEqual(agent);
  });

  it('refuses what creating would refuse and leaves the agent as it was', async () => {
    const agent = await made();
    for (const body of [{ name: '' }, { name: 5 }, { configuration: { runner: { kind: 'http', url: 'x' } } }]) {
      expect((await call('PUT', `/${agent.id}`, body)).status).toBe(422);
    }
    const unkept = await call('PUT', `/${agent.id}`, { name: 'new', ...runner({ headers: { 'x-key': '***' } }) });
    expect(Object.keys(unkept.body.errors)).toEqual(['configuration.runner.headers.x-key']);
    expect((await call('GET', `/${agent.id}`)).body).toEqual(agent);
  });
});

describe('the secrets of a runner', () => {
  const KEY = 'Bearer key-of-ada-0123456789';
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const said = runner({ headers: { Authorization: KEY, 'x-tenant': 'acme' }, secret: SECRET });
  const shown = {
    kind: 'http',
    url: 'https://h/',
    headers: { Authorization: '***', 'x-tenant': '***' },
    secret: '***',
  };

  const keptOf = async (id: string) => {
    const { headers, secret } = app.get(SealedSecrets).open(await app.get(AgentsService).get(ada, id));
    return [Object.fromEntries([...headers].map(([name, value]) => [name, value.reveal()])), secret?.reveal()];
  };

  it('are shown as stars, and stand nowhere in the files of the database', async () => {
    const agent = await made({ name: 'R', ...said });
    expect(agent.configuration.runner).toEqual(shown);
    expect((await call('GET', `/${agent.id}`)).body).toEqual(agent);
    expect((await call('GET')).body).toEqual([agent]);
    expect(await keptOf(agent.id)).toEqual([{ Authorization: KEY, 'x-tenant': 'acme' }, SECRET]);
    for (const name of readdirSync(folder).filter((file) => file.startsWith('renum.db'))) {
      const bytes = readFileSync(join(folder, name));
      for (const text of [KEY, 'key-of-ada', SECRET, 'acme']) expect(bytes.includes(text)).toBe(false);
    }
  });

  it('stay when the whole view comes back, when stars do, and when nothing is said', async () => {
    const agent = await made({ name: 'R', ...said });
    const before = await keptOf(agent.id);
    expect((await call('PUT', `/${agent.id}`, agent)).body.configuration.runner).toEqual(shown);
    await call('PUT', `/${agent.id}`, runner({ headers: { authorization: '***', 'X-Tenant': '***' }, secret: '***' }));
    expect(await keptOf(agent.id)).toEqual([{ authorization: KEY, 'X-Tenant': 'acme' }, SECRET]);
    await call('PUT', `/${agent.id}`, runner({ headers: shown.headers }));
    await call('PUT', `/${agent.id}`, runner({}));
    await call('PUT', `/${agent.id}`, { name: 'new' });
    expect(await keptOf(agent.id)).toEqual(before);
  });

  it('go one by one, and all of them with the runner', async () => {
    const { id } = await made({ name: 'R', ...said });
    const changed = await call('PUT', `/${id}`, runner({ headers: { 'x-tenant': 'other', new: 'one' }, secret: null }));
    const headers = { 'x-tenant': '***', new: '***' };
    expect(changed.body.configuration.runner).toEqual({ kind: 'http', url: 'https://h/', headers });
    expect(await keptOf(id)).toEqual([{ 'x-tenant': 'other', new: 'one' }, undefined]);
    const bare = await call('PUT', `/${id}`, runner({ headers: {} }));
    expect(bare.body.configuration.runner).toEqual({ kind: 'http', url: 'https://h/' });

    await call('PUT', `/${id}`, said);
    await call('PUT', `/${id}`, { configuration: { runner: null } });
    expect(await keptOf(id)).toEqual([{}, undefined]);
    await call('PUT', `/${id}`, said);
    await call('PUT', `/${id}`, runner({ kind: 'suna', agent_id: 'a7' }));
    expect(await keptOf(id)).toEqual([{}, undefined]);
  });

  it('open in the row of their agent alone', async () => {
    const [one, other] = [await made({ name: 'R', ...said }), await made({ name: 'S', ...said })];
    const row = await app.get(AgentsService).get(ada, one.id);
    const moved = Object.assign(row, { id: other.id });
    expect(() => app.get(SealedSecrets).open(moved)).toThrow('cannot be opened');
  });
});

describe('deleting an agent', () => {
  it('answers in both shapes that clients read', async () => {
    const agent = await made();
    const { status, body } = await call('DELETE', `/${agent.id}`);
    expect(status).toBe(200);
    expect(body).toEqual({ success: true, status: 'success', message: 'Agent "Researcher" deleted' });
    expect((await call('GET', `/${agent.id}`)).status).toBe(404);
    expect((await call('DELETE', `/${agent.id}`)).status).toBe(404);
  });

  it('is refused while somebody refers to it, naming who', async () => {
    const agent = await made();
    app
      .get(AgentUses)
      .add(async (_, userId, id) => (userId === ada.id && id === agent.id ? ['the team "Market"'] : []));
    const { status, body } = await call('DELETE', `/${agent.id}`);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'agent.in-use',
      detail: 'The agent still belongs to the team "Market". Take it out there first.',
    });
    expect((await call('GET', `/${agent.id}`)).status).toBe(200);
  });
});

describe('agents for runs and teams', () => {
  const service = () => app.get(AgentsService);

  it.each([
    [{ model: 'sim/x' }, 'sim', 'sim/x', null],
    [{ model: 'gpt-4' }, 'llm', 'gpt-4', null],
    [{ model: 'oracle' }, 'llm', 'oracle', null],
    [{ model: 'suna/a7' }, 'suna', 'suna/a7', { kind: 'suna', agentId: 'a7' }],
    [{}, 'llm', null, null],
    [
      { model: 'sim/x', ...runner({ headers: { a: 'b' }, secret: 'c' }) },
      'http',
      'sim/x',
      { kind: 'http', url: 'https://h/' },
    ],
    [{ model: 'sim/x', ...runner({ kind: 'suna', agent_id: 'a' }) }, 'suna', 'sim/x', { kind: 'suna', agentId: 'a' }],
  ])('freezes %j for the runner %s', async (body, runner, model, target: object | null) => {
    const agent = await made({ name: 'R', system_prompt: 'p', ...body });
    const snapshots = await service().snapshotsOf(ada.id, [agent.id]);
    const snapshot = { id: agent.id, name: 'R', runner, model, systemPrompt: 'p', ...(target && { target }) };
    const price = model === null ? null : app.get(Providers).priceOf(model);
    expect([...snapshots]).toEqual([[agent.id, { status: 'active', snapshot, price }]]);
  });

  it.each([
    ['sim/other', 'sim/x', 'sim', undefined],
    ['openai/gpt-4o', 'sim/x', 'llm', undefined],
    ['suna/a', 'sim/x', 'suna', { kind: 'suna', agentId: 'a' }],
    ['sim/x', 'suna/a', 'sim', undefined],
  ])(
    'revises to the model %s, from %s, with the runner and price that it would have now',
    async (model, before, runner, target) => {
      const agent = await made({ name: 'R', configuration: { model: before, tools: [{ name: 'search' }] } });
      const frozen = (await service().snapshotsOf(ada.id, [agent.id])).get(agent.id)?.snapshot;
      if (!frozen) throw new Error('It was not frozen.');
      const { snapshot, price } = service().revised(frozen, { model, systemPrompt: 'new' });
      const { target: _, ...rest } = frozen;
      expect(snapshot).toEqual({ ...rest, runner, model, systemPrompt: 'new', ...(target && { target }) });
      expect(price).toEqual(app.get(Providers).priceOf(model));
      expect(service().revised(frozen, {}).snapshot).toEqual(frozen);
    },
  );

  it('revises the model of an agent whose runner was chosen, and leaves that', async () => {
    const agent = await made({ name: 'R', model: 'sim/x', ...runner({ kind: 'suna', agent_id: 'a' }) });
    const frozen = (await service().snapshotsOf(ada.id, [agent.id])).get(agent.id)?.snapshot;
    if (!frozen) throw new Error('It was not frozen.');
    expect(service().revised(frozen, { model: 'openai/gpt-4o' }).snapshot).toEqual({
      ...frozen,
      model: 'openai/gpt-4o',
    });
  });

  it.each([
    ['all tools where nobody said anything', {}, undefined],
    ['none where the list is empty', { tools: [] }, []],
    [
      'those that are named, each once',
      { tools: [{ name: 'agent_ask' }, { name: 'search' }, { name: 'agent_ask' }] },
      ['agent_ask', 'search'],
    ],
  ])('freezes %s', async (_, said, tools) => {
    const agent = await made({ name: 'R', configuration: said });
    const frozen = (await service().snapshotsOf(ada.id, [agent.id])).get(agent.id)?.snapshot;
    expect(frozen?.tools).toEqual(tools);
    await call('PUT', `/${agent.id}`, { configuration: { tools: [] } });
    const changed = (await service().snapshotsOf(ada.id, [agent.id])).get(agent.id)?.snapshot;
    expect(changed?.tools).toEqual([]);
  });

  it('freezes the schema of its answers, as it is shown', async () => {
    const schema = { type: 'object', properties: { price: { type: 'number' } } };
    const agent = await made({ name: 'R', model: 'sim/x', output_schema: schema });
    expect(agent.configuration).toMatchObject({ output_schema: schema });
    expect((await call('PUT', `/${agent.id}`, agent)).body).toEqual(agent);
    const frozen = async () => (await service().snapshotsOf(ada.id, [agent.id])).get(agent.id)?.snapshot.outputSchema;
    expect(await frozen()).toEqual(schema);
    const taken = await call('PUT', `/${agent.id}`, { configuration: { output_schema: null } });
    expect(taken.body.configuration).not.toHaveProperty('output_schema');
    expect(await frozen()).toBeUndefined();
  });

  it('freezes the default model for an agent without one', async () => {
    await app.close();
    await open({ RENUM_DEFAULT_MODEL: 'sim/house' });
    const { id } = await made();
    const snapshots = await service().snapshotsOf(ada.id, [id]);
    expect(snapshots.get(id)?.snapshot).toMatchObject({ runner: 'sim', model: 'sim/house' });
    const own = await made({ name: 'R', ...runner({}) });
    const kept = await service().snapshotsOf(ada.id, [own.id]);
    expect(kept.get(own.id)).toMatchObject({ snapshot: { runner: 'http', model: null }, price: null });
  });

  it('knows only the agents of that user, and their status', async () => {
    const mine = await made({ name: 'mine', status: 'inactive' });
    const foreign = (await call('POST', '', { name: 'foreign' }, as('eve'))).body.id;
    const ids = [newId(), foreign, mine.id, 'no id at all'];
    expect([...(await service().snapshotsOf(ada.id, ids)).values()]).toMatchObject([{ status: 'inactive' }]);
    const owned = await app.get(UnitOfWork).run((tx) => service().ownedIds(tx, ada.id, ids));
    expect(owned).toEqual(new Set([mine.id]));
  });
});
