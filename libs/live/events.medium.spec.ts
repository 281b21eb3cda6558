// Real: Nest, Fastify, HTTP on a free port, the journal on SQLite in memory. Only the clock is moved by hand.

import { connect, type Socket } from 'node:net';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock, newId, type Permission } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { Authenticator, type Credential, createHttpApp, Gate } from '#libs/platform/http/index.js';
import { OpenGate } from '#libs/platform/http/testing/open.gate.js';
import { AuditTrail } from '#libs/security/index.js';
import { BEAT_MS, JOIN_MS } from './event-feed.js';
import { LiveModule } from './live.module.js';
import { LiveService } from './live.service.js';
import { EventSourceClient } from './testing/event-source.client.js';
import { type LiveWorld, liveWorld, settled, WrittenRun } from './testing/live.world.js';
import { ofKind } from './testing/run.builder.js';

const STARTED = ofKind['step-started'];
const SUCCEEDED = ofKind['step-succeeded'];
const FINISHED = ofKind['execution-finished'];

/** Every token is the id of its user, until it is revoked; `weak` may do nothing. `slow:` makes the answer a promise. */
class AnyToken extends Authenticator {
  readonly revoked = new Set<string>();
  isBroken = false;
  authenticate({ token }: Credential): ActorRef | null | Promise<ActorRef | null> {
    if (this.isBroken) return Promise.reject(new Error('the records are away'));
    const id = token.replaceAll('slow:', '');
    const actor = this.revoked.has(token) ? null : ({ id, email: `${id}@example.com`, role: 'user' } as const);
    return token === id ? actor : Promise.resolve(actor);
  }
  permits(actor: ActorRef, permission: Permission): boolean {
    return permission === 'execution:read' && actor.id !== 'weak';
  }
}

async function serve(world: LiveWorld): Promise<NestFastifyApplication> {
  @Global()
  @Module({
    imports: [LiveModule],
    providers: [
      { provide: Authenticator, useClass: AnyToken },
      { provide: Journal, useValue: world.journal },
      { provide: Tail, useValue: world.tail },
      { provide: Clock, useValue: world.clock },
      { provide: Audit, useFactory: () => new AuditTrail(world.database, world.clock) },
      { provide: Gate, useClass: OpenGate },
    ],
    exports: [Authenticator, Audit, Gate, Journal, Tail, Clock],
  })
  class World {}
  const app = await createHttpApp(World, { corsOrigins: [], logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

const bearer = { authorization: 'Bearer u1' };

describe('GET /api/v1/executions/{id}/events', () => {
  let world: LiveWorld;
  let app: NestFastifyApplication;
  let run: WrittenRun;
  let url: string;
  let clients: { close(): void }[];

  const urlIn = async (server: NestFastifyApplication): Promise<string> =>
    `${await server.getUrl()}/api/v1/executions/${run.id}/events`;

  beforeEach(async () => {
    clients = [];
    world = await liveWorld();
    run = await new WrittenRun(world).begin();
    app = await serve(world);
    url = await urlIn(app);
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await app.close();
    await world.database.close();
  });

  const open = async (query = '', headers: Record<string, string> = bearer, from = url): Promise<EventSourceClient> => {
    const client = await EventSourceClient.open(from + query, headers);
    clients.push(client);
    return client;
  };

  const watching = (): number => app.get(LiveService).watching;

  /** The server notices in a moment that a client has gone. */
  const freed = async (): Promise<void> => {
    while (watching() > 0) await settled();
    expect(world.tail.isFollowed(run.id)).toBe(false);
    expect(world.clock.waiting).toBe(0);
  };

  test('streams what was and what happens, numbered from 1, until the run is over', async () => {
    await run.append(STARTED);
    const client = await open();
    await client.until(() => client.ids.length === 2);
    run.say('do', 0);
    run.say('ne', 2);
    world.clock.advance(JOIN_MS);
    await run.append(SUCCEEDED);
    await run.append(FINISHED);
    expect(await client.ended).toBe(true);
    expect(client.messages.map(({ id, event }) => [id, event])).toEqual([
      ['1', 'execution.started'],
      ['2', 'step.started'],
      [undefined, 'step.delta'],
      ['3', 'step.succeeded'],
      ['4', 'execution.finished'],
    ]);
    const [started, , delta, succeeded, finished] = client.data;
    const at = '2026-01-01T00:00:00.000Z';
    expect(started).toEqual({ execution_id: run.id, seq: 1, type: 'execution.started', at });
    const step = { execution_id: run.id, step_id: 's1', agent_id: 'reader', attempt: 1 };
    expect(delta).toEqual({ ...step, offset: 0, text: 'done' });
    expect(succeeded).toMatchObject({ ...step, seq: 3, result: 'done' });
    expect(finished).toMatchObject({ seq: 4, status: 'completed' });
    await freed();
  });

  test('says in its headers that nobody may keep, change or hold back anything', async () => {
    const { response } = await open('', { ...bearer, 'accept-encoding': 'gzip, br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('x-request-id')).toBeTruthy();
  });

  test('tells how to come back, and while nothing happens that it is still here', async () => {
    const client = await open();
    await client.until(() => client.ids.length === 1);
    expect(client.retries).toEqual([3_000]);
    world.clock.advance(BEAT_MS);
    await client.until(() => client.comments.length === 1);
    await run.append(FINISHED);
    await client.ended;
    expect(client.retries).toEqual([3_000, 86_400_000]);
  });

  describe('resumes', () => {
    beforeEach(() => run.append(STARTED, SUCCEEDED, FINISHED));

    const idsOf = async (query: string, headers: Record<string, string> = {}): Promise<readonly number[]> => {
      const client = await open(query, { ...bearer, ...headers });
      expect(await client.ended).toBe(true);
      return client.ids;
    };

    test('behind Last-Event-ID or after, also when the run is long over', async () => {
      expect(await idsOf('')).toEqual([1, 2, 3, 4]);
      expect(await idsOf('', { 'last-event-id': '2' })).toEqual([3, 4]);
      expect(await idsOf('?after=3')).toEqual([4]);
      expect(await idsOf('?after=0')).toEqual([1, 2, 3, 4]);
      expect(await idsOf('?after=4')).toEqual([]);
      expect(await idsOf('?after=999999')).toEqual([]);
    });

    test('behind the header of a browser that came back, whatever its address says', async () => {
      expect(await idsOf('?after=1', { 'last-event-id': '3' })).toEqual([4]);
    });

    test.each(['abc', '-1', '1.5', '', '99999999999999999999'])('ignoring a Last-Event-ID of "%s"', async (id) => {
      expect(await idsOf('?after=2', { 'last-event-id': id })).toEqual([3, 4]);
    });
  });

  test('goes on in another process where the first one left off', async () => {
    const before = await open();
    await before.until(() => before.ids.length === 1);
    await app.close();
    expect(await before.ended).toBe(true);
    expect(before.ids).toEqual([1]);
    await run.append(STARTED, FINISHED);
    app = await serve(world);
    const after = await open('', { ...bearer, 'last-event-id': '1' }, await urlIn(app));
    await after.ended;
    expect(after.ids).toEqual([2, 3]);
  });

  describe('refuses before it begins', () => {
    const refusal = async (from: string, headers: Record<string, string> = bearer) => {
      const answer = await fetch(from, { headers });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      const problem = (await answer.json()) as { code: string; errors?: Record<string, string[]> };
      return { status: answer.status, code: problem.code, errors: problem.errors };
    };
    const of = (id: string): string => url.replace(run.id, id);

    test.each(['x', '-1', '1.5', '99999999999999999999'])('after=%s, naming it', async (after) => {
      expect(await refusal(`${url}?after=${after}`)).toMatchObject({
        status: 422,
        errors: { after: expect.arrayContaining([expect.any(String)]) },
      });
    });

    test('a run that is unknown or foreign, in the same words, and what is no id', async () => {
      const unknown = await refusal(of(newId()));
      expect(unknown).toMatchObject({ status: 404, code: 'execution.not-found' });
      expect(await refusal(url, { authorization: 'Bearer u2' })).toEqual(unknown);
      expect((await refusal(of('42'))).status).toBe(404);
    });

    test('a run whose events are no longer kept', async () => {
      await run.append(FINISHED);
      await world.database.work.write('DELETE FROM event');
      expect(await refusal(url)).toMatchObject({ status: 410, code: 'execution.archived' });
    });

    test('a caller without a token or without the permission', async () => {
      expect((await refusal(url, {})).status).toBe(401);
      expect((await refusal(url, { authorization: 'Bearer weak' })).status).toBe(403);
    });
  });

  test('lets in who cannot send headers: by the cookie, or by a token in the address', async () => {
    await run.append(FINISHED);
    for (const client of [await open('?token=u1', {}), await open('', { cookie: 'renum_session=u1' })]) {
      await client.ended;
      expect(client.ids).toEqual([1, 2]);
    }
  });

  describe('while somebody watches', () => {
    const look = async (): Promise<void> => {
      world.clock.advance(1_000);
      await settled();
    };

    test.each(['u1', 'slow:u1'])('cuts the stream within a second of the end of its token (%s)', async (token) => {
      const tokens = app.get<AnyToken>(Authenticator);
      const other = await open('', { authorization: 'Bearer slow:slow:u1' });
      const client = await open(`?token=${token}`, {});
      await look();
      expect(watching()).toBe(2);
      tokens.revoked.add(token);
      await look();
      expect(await client.ended).toBe(false);
      expect(watching()).toBe(1);
      await run.append(FINISHED);
      expect(await other.ended).toBe(true);
      await freed();
    });

    test('leaves the stream alone while nobody can be asked', async () => {
      const client = await open();
      app.get<AnyToken>(Authenticator).isBroken = true;
      await look();
      await run.append(FINISHED);
      expect(await client.ended).toBe(true);
    });
  });

  test('forgets a client that goes away', async () => {
    const client = await open();
    await client.until(() => client.ids.length === 1);
    expect(watching()).toBe(1);
    client.close();
    await freed();
  });

  test('answers HEAD and keeps nothing open', async () => {
    const answer = await fetch(url, { method: 'HEAD', headers: bearer });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await freed();
  });

  describe('with a reader that has stopped reading', () => {
    const result = 'x'.repeat(100_000);
    const long = { ...SUCCEEDED, output: { result, execution_time: 1 } };

    /** A raw connection that is paused as soon as the stream begins. */
    const slowReader = async (): Promise<{ socket: Socket; text: () => string }> => {
      const { port, pathname } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      clients.push({ close: () => socket.destroy() });
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data;
      });
      socket.write(
        `GET ${pathname} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer u1\r\n\r\n`,
      );
      while (!text.includes('id: 1\n')) await settled();
      socket.pause();
      return { socket, text: () => text };
    };

    test('goes on when it reads again, without a gap', async () => {
      const { socket, text } = await slowReader();
      const { length } = await writeMuch();
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
      const ids = [...text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
      expect(ids).toEqual(Array.from({ length }, (_, index) => index + 1));
    });

    test('cuts it when the process ends, and does not wait for it', async () => {
      const { socket } = await slowReader();
      await writeMuch();
      const { waiting } = world.clock;
      const closing = app.close();
      while (world.clock.waiting === waiting) await settled();
      world.clock.advance(1_000);
      await closing;
      expect(watching()).toBe(0);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve).on('error', () => {}));
    });

    /** Much more than any buffer on the way holds. */
    async function writeMuch(): Promise<{ length: number }> {
      for (let n = 0; n < 200; n++) await run.append({ ...long, attempt: n });
      await run.append(FINISHED);
      return run;
    }
  });
});
