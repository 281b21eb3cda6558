// Real here: HTTP on a free port, the edge, SQLite in a file, the audit trail.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ActorRef, Clock, isUuid, ManualClock, newId, Secret } from '#libs/kernel/index.js';
import { ConfigurationModule, loadConfig, type RenumConfig } from '#libs/platform/config/index.js';
import { Database, DatabaseModule, openDatabase } from '#libs/platform/database/index.js';
import { Authenticator, type Credential, createHttpApp, EdgeModule } from '#libs/platform/http/index.js';
import { SecretsModule } from '#libs/platform/secrets/index.js';
import { SecurityModule, securityEntities } from '#libs/security/index.js';
import { migrations } from '#migrations/index.js';
import { type KeyAsker, type KeyHolder, ProviderKeys, ProvidersModule, providersEntities } from './index.js';
import { keysOn } from './testing/keys.world.js';
import { ringOf } from './testing/ring.js';

const PEOPLE: Readonly<Record<string, ActorRef>> = {
  ada: { id: newId(), email: 'ada@example.com', role: 'user' },
  eve: { id: newId(), email: 'eve@example.com', role: 'user' },
};
const ada = PEOPLE.ada as ActorRef;

class Doorman extends Authenticator {
  /** Who may do nothing but look. */
  static onlyReads = false;
  authenticate({ token }: Credential): ActorRef | null {
    return PEOPLE[token] ?? null;
  }
  permits(_: ActorRef, permission: string): boolean {
    return permission === 'api-key:read' || (!Doorman.onlyReads && permission.startsWith('api-key:'));
  }
}

const SECRET = 'sk-canary-of-ada-0123456789';

let folder: string;
let config: RenumConfig;
let clock: ManualClock;
let app: NestFastifyApplication;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'renum-keys-'));
  clock = new ManualClock(Date.UTC(2026, 10, 22, 11));
  config = loadConfig({ env: { RENUM_ENV: 'test', OPENAI_API_KEY: 'sk-of-the-server' }, cwd: folder });
  const entities = [...providersEntities, ...securityEntities];
  const database = await openDatabase({ url: undefined, dataDir: folder, env: 'test', entities, migrations });
  @Global()
  @Module({
    imports: [
      ConfigurationModule.forRoot(config),
      DatabaseModule.of(database),
      SecretsModule.of(ringOf('k1')),
      SecurityModule,
      EdgeModule,
      ProvidersModule,
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
  url = `${await app.getUrl()}/api/v1`;
});

afterEach(async () => {
  Doorman.onlyReads = false;
  await app.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer may be of any shape until it is looked at
  readonly body: any;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: 'Bearer ada',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const as = (who: string) => ({ authorization: `Bearer ${who}` });
const store = (service_name: string, api_key = SECRET, path = '/api-keys') =>
  call('POST', path, { service_name, api_key });

/** Everything that the database has written, as bytes. */
const filesHold = (text: string): boolean =>
  readdirSync(folder).some((name) => name.startsWith('renum.db') && readFileSync(join(folder, name)).includes(text));

const audited = () =>
  app
    .get(Database)
    .all<{ event_type: string; entity_id: string; details: string }>(
      'SELECT event_type, entity_id, details FROM audit_event ORDER BY seq',
    );

describe.each(['/api-keys', '/teams/api-keys'])('keys at %s', (path) => {
  it('are stored, told of without the key, and listed by name', async () => {
    const { status, headers, body } = await store('openai', SECRET, path);
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      key_id: expect.any(String),
      user_id: ada.id,
      service_name: 'openai',
      is_active: true,
      created_at: '2026-11-22T11:00:00.000Z',
      updated_at: '2026-11-22T11:00:00.000Z',
    });
    expect(isUuid(body.key_id)).toBe(true);
    const other = (await store('Anthropic', 'x', path)).body;
    const list = await call('GET', path);
    expect([list.status, list.body]).toEqual([200, [other, body]]);
    expect(list.headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(list.body)).not.toContain('sk-');
  });

  it('go for good, and only once', async () => {
    await store('openai', SECRET, path);
    expect(await call('DELETE', `${path}/openai`)).toMatchObject({
      status: 200,
      body: { success: true, status: 'success', message: 'API key for openai deleted' },
    });
    expect((await call('GET', path)).body).toEqual([]);
    const again = await call('DELETE', `${path}/openai`);
    expect([again.status, again.body.code]).toEqual([404, 'api-key.not-found']);
  });
});

describe('a stored key', () => {
  it('is replaced by the next one for the same service, in whatever case', async () => {
    const first = (await store('openai')).body;
    clock.advance(60_000);
    const second = (await store('OpenAI', 'sk-second')).body;
    expect(second).toEqual({ ...first, service_name: 'OpenAI', updated_at: '2026-11-22T11:01:00.000Z' });
    expect((await call('GET', '/api-keys')).body).toEqual([second]);
    const key = await app.get(ProviderKeys).keyFor(asker(), 'openai');
    expect([key?.type, key?.secret.reveal()]).toEqual(['user_provided', 'sk-second']);
    expect((await call('DELETE', '/api-keys/OPENAI')).status).toBe(200);
  });

  it('stands nowhere in the files of the database, neither before nor after it is deleted', async () => {
    await store('openai');
    expect(filesHold('openai')).toBe(true);
    expect(filesHold(SECRET)).toBe(false);
    expect(filesHold(Buffer.from(SECRET).toString('base64').slice(0, 24))).toBe(false);
    await call('DELETE', '/api-keys/openai');
    expect(await app.get(Database).all('SELECT * FROM provider_key')).toEqual([]);
    expect(filesHold(SECRET)).toBe(false);
  });

  it('leaves not even its sealed text behind once the log of the database is folded', async () => {
    const sealed = async () =>
      (await app.get(Database).all<{ sealed: string }>('SELECT sealed FROM provider_key'))[0]?.sealed ?? 'none';
    await store('openai');
    await store('stays', 'x');
    const first = await sealed();
    await store('openai', 'sk-second');
    const second = await sealed();
    expect([filesHold(first), filesHold(second)]).toEqual([true, true]);
    await call('DELETE', '/api-keys/openai');
    const kept = await sealed();
    await app.close();
    expect([first, second, kept].map(filesHold)).toEqual([false, false, true]);
  });

  it('is on record with its service, without itself', async () => {
    const { key_id } = (await store('openai')).body;
    await store('openai', 'sk-second');
    await call('DELETE', '/api-keys/openai');
    const details = JSON.stringify({ holder: 'user', holder_id: ada.id, service: 'openai' });
    expect(await audited()).toEqual([
      { event_type: 'api-key.stored', entity_id: key_id, details },
      { event_type: 'api-key.stored', entity_id: key_id, details },
      { event_type: 'api-key.deleted', entity_id: key_id, details },
    ]);
  });

  it('is nobody else’s', async () => {
    await store('openai');
    expect((await call('GET', '/api-keys', undefined, as('eve'))).body).toEqual([]);
    expect((await call('DELETE', '/api-keys/openai', undefined, as('eve'))).status).toBe(404);
    const eve = { ...asker(), userId: (PEOPLE.eve as ActorRef).id };
    expect((await app.get(ProviderKeys).keyFor(eve, 'openai'))?.type).toBe('renum_native');
    expect((await call('GET', '/api-keys')).body).toHaveLength(1);
  });

  it('asks for who calls, and whether they may', async () => {
    expect((await call('GET', '/api-keys', undefined, as('nobody'))).status).toBe(401);
    Doorman.onlyReads = true;
    expect((await store('openai')).status).toBe(403);
    expect((await call('DELETE', '/api-keys/openai')).status).toBe(403);
    expect((await call('GET', '/api-keys')).body).toEqual([]);
  });

  it('is stored once under an idempotency key', async () => {
    const body = { service_name: 'openai', api_key: SECRET };
    const first = await call('POST', '/api-keys', body, { 'idempotency-key': 'one' });
    clock.advance(1_000);
    const second = await call('POST', '/api-keys', body, { 'idempotency-key': 'one' });
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(filesHold(SECRET)).toBe(false);
  });

  it('is one of fifty at most', async () => {
    for (let n = 0; n < 50; n++) expect((await store(`s${n}`)).status).toBe(201);
    const one = await store('one-more');
    expect([one.status, one.body.code]).toEqual([400, 'api-key.limit-reached']);
    expect((await store('s0', 'replaced')).status).toBe(201);
    expect((await call('GET', '/api-keys')).body).toHaveLength(50);
  });

  it.each([
    [{}, ['api_key', 'service_name']],
    [{ service_name: 'openai' }, ['api_key']],
    [{ service_name: 'openai', api_key: null }, ['api_key']],
    [{ service_name: 'openai', api_key: '' }, ['api_key']],
    [{ service_name: 'openai', api_key: 'sealed key' }, ['api_key']],
    [{ service_name: 'openai', api_key: ['sealed'] }, ['api_key']],
    [{ service_name: '', api_key: 'sealed' }, ['service_name']],
    [{ service_name: 5, api_key: 'sealed' }, ['service_name']],
    [{ service_name: '../x', api_key: 'sealed' }, ['service_name']],
    [{ service_name: 'sk-sealed-0123456789', api_key: 'openai' }, ['service_name']],
  ])('is refused as %j, naming the field and repeating nothing', async (body, fields) => {
    const answer = await call('POST', '/api-keys', body);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.errors).sort()).toEqual(fields);
    expect(JSON.stringify(answer.body)).not.toContain('sealed');
    expect((await call('GET', '/api-keys')).body).toEqual([]);
  });
});

const TEAM = newId();
const EXECUTION = newId();

function asker(more: Partial<KeyAsker> = {}): KeyAsker {
  return { userId: ada.id, teamId: TEAM, executionId: EXECUTION, ...more };
}

const holder = (kind: KeyHolder['kind'], id: string): KeyHolder => ({ kind, id, userId: ada.id });

async function give(to: KeyHolder, service: string, key: string | null): Promise<void> {
  const changes = new Map([[service, key === null ? null : new Secret(key)]]);
  await app.get(Database).work.run((tx) => app.get(ProviderKeys).change(tx, ada, to, changes));
}

describe('the key of a step', () => {
  const found = async (provider = 'openai', who = asker()) => {
    const key = await app.get(ProviderKeys).keyFor(who, provider);
    return key && [key.secret.reveal(), key.type];
  };

  it('is the execution’s, else the team’s, else the user’s, else the server’s, else none', async () => {
    await give(holder('execution', EXECUTION), 'openai', 'of-the-run');
    await give(holder('team', TEAM), 'OpenAI', 'of-the-team');
    await give(holder('user', ada.id), 'openai', 'of-ada');
    expect(await found()).toEqual(['of-the-run', 'user_provided']);
    await give(holder('execution', EXECUTION), 'OPENAI', null);
    expect(await found()).toEqual(['of-the-team', 'user_provided']);
    await give(holder('team', TEAM), 'openai', null);
    expect(await found()).toEqual(['of-ada', 'user_provided']);
    await give(holder('user', ada.id), 'openai', null);
    expect(await found()).toEqual(['sk-of-the-server', 'renum_native']);
    expect(await found('anthropic')).toBeNull();
  });

  it('is no other team’s, run’s or person’s', async () => {
    await give(holder('execution', EXECUTION), 'anthropic', 'of-the-run');
    await give(holder('team', TEAM), 'anthropic', 'of-the-team');
    expect(await found('anthropic', asker({ executionId: newId(), teamId: newId() }))).toBeNull();
    expect(await found('anthropic', asker({ userId: newId() }))).toBeNull();
  });

  it('is erased with all others of its holder, in the unit that says so', async () => {
    await give(holder('team', TEAM), 'anthropic', 'a');
    await give(holder('team', TEAM), 'google', 'b');
    await app.get(Database).work.run((tx) => app.get(ProviderKeys).forget(tx, holder('team', TEAM)));
    expect([await found('anthropic'), await found('google')]).toEqual([null, null]);
  });

  it('does not open in the place of another one, and no other takes its place', async () => {
    await give(holder('team', TEAM), 'anthropic', 'of-the-team');
    await give(holder('user', ada.id), 'openai', 'of-ada');
    const { work } = app.get(Database);
    await work.write("UPDATE provider_key SET service_key = 'google' WHERE service_key = 'anthropic'");
    await expect(found('google')).rejects.toMatchObject({ code: 'secret.broken' });
    await work.write(
      "UPDATE provider_key SET holder = 'execution', holder_id = ? WHERE service_key = 'openai'",
      EXECUTION,
    );
    await expect(found('openai')).rejects.toMatchObject({ code: 'secret.broken' });
  });

  it('opens after a rotation, and is sealed anew with the new key when it is stored again', async () => {
    await give(holder('user', ada.id), 'openai', 'of-ada');
    const rotated = keysOn(app.get(Database), config, ringOf('k2', 'k1'), clock).keys;
    expect((await rotated.keyFor(asker(), 'openai'))?.secret.reveal()).toBe('of-ada');
    await rotated.keep(ada, 'openai', new Secret('of-ada'));
    const retired = keysOn(app.get(Database), config, ringOf('k2'), clock).keys;
    expect((await retired.keyFor(asker(), 'openai'))?.secret.reveal()).toBe('of-ada');
    await expect(found()).rejects.toMatchObject({ code: 'secret.key-missing' });
  });
});
