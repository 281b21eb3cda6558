import { tmpdir } from 'node:os';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { agentsEntities } from '#libs/agents/index.js';
import { type ActorRef, Clock, ManualClock, newId } from '#libs/kernel/index.js';
import { ConfigurationModule, loadConfig } from '#libs/platform/config/index.js';
import { type Database, DatabaseModule } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { Authenticator, type Credential, createHttpApp, EdgeModule } from '#libs/platform/http/index.js';
import { OutboundModule } from '#libs/platform/outbound/index.js';
import { People, personKey } from '#libs/platform/people/index.js';
import { SecretsModule } from '#libs/platform/secrets/index.js';
import { providersEntities } from '#libs/providers/index.js';
import { ringOf } from '#libs/providers/testing/ring.js';
import { SecurityModule } from '#libs/security/index.js';
import { migrations } from '#migrations/index.js';
import { TeamRuns, TeamsModule, teamsEntities } from '../index.js';

export const ADA: ActorRef = { id: newId(), email: 'ada@example.com', role: 'user' };
export const EVE: ActorRef = { id: newId(), email: 'eve@example.com', role: 'user' };

class TwoPeople extends Authenticator {
  authenticate({ token }: Credential): ActorRef | null {
    return [ADA, EVE].find(({ email }) => email.startsWith(token)) ?? null;
  }
  permits(): boolean {
    return true;
  }
}

class OnlyThose extends People {
  async idsOf(_: unknown, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const idOf = (name: string) => [ADA, EVE].find(({ id, email }) => [id, email].includes(personKey(name)))?.id;
    return new Map(names.flatMap((name) => [[name, idOf(name)] as const]).filter(isKnown));
  }
}

const isKnown = (pair: readonly [string, string | undefined]): pair is readonly [string, string] =>
  pair[1] !== undefined;

/** Whose they are, their ids say by the first letter. */
const AGENTS = ['a.constructor', 'a:__proto__', ...Array.from({ length: 13 }, (_, n) => [`a${n}`, `e${n}`]).flat()];

const INSERT_AGENT = `
  INSERT INTO agent (id, user_id, name, description, status, model, system_prompt, tools, runner, capabilities,
    knowledge_base_ids, role, created_at, updated_at)
  VALUES (?, ?, 'Agent', '', 'active', 'sim/test', '', '[]', NULL, '[]', '[]', 'member', 0, 0)`;

async function keepAgents({ work }: Database): Promise<void> {
  await Promise.all(AGENTS.map((id) => work.write(INSERT_AGENT, id, id.startsWith('a') ? ADA.id : EVE.id)));
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server said
  readonly body: any;
}

export interface TeamsWorld {
  readonly app: NestFastifyApplication;
  readonly database: Database;
  readonly clock: ManualClock;
  /** What was asked to stop: user and team. */
  readonly stopped: readonly string[];
  /** As Ada, unless `as` says `eve` or nobody. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** Teams behind the real edge, on a database of its own and a clock the test moves. */
export async function teamsWorld(env: Record<string, string> = {}): Promise<TeamsWorld> {
  const config = loadConfig({ env: { RENUM_ENV: 'test', ...env }, cwd: tmpdir() });
  const clock = new ManualClock();
  const stopped: string[] = [];
  const database = await testDatabase({
    entities: [...providersEntities, ...agentsEntities, ...teamsEntities],
    migrations,
  });
  await keepAgents(database);

  @Global()
  @Module({
    imports: [
      ConfigurationModule.forRoot(config),
      DatabaseModule.of(database),
      SecretsModule.of(ringOf('k1')),
      OutboundModule,
      SecurityModule,
      EdgeModule,
      TeamsModule,
    ],
    providers: [
      { provide: Authenticator, useClass: TwoPeople },
      { provide: People, useClass: OnlyThose },
      { provide: Clock, useValue: clock },
    ],
    exports: [Authenticator, Clock, People],
  })
  class World {}

  const app = await createHttpApp(World, { corsOrigins: [], logger: false });
  app.get(TeamRuns, { strict: false }).add(async ({ id }, teamId) => void stopped.push(`${id} ${teamId}`));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    database,
    clock,
    stopped,
    close: () => app.close(),
    async call(method, path, body, headers = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: 'Bearer ada',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
    },
  };
}
