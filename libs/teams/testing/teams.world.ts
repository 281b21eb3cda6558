import { tmpdir } from 'node:os';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ActorRef, Clock, ManualClock, newId } from '#libs/kernel/index.js';
import { ConfigurationModule, loadConfig } from '#libs/platform/config/index.js';
import { Database, DatabaseModule } from '#libs/platform/database/index.js';
import { Authenticator, type Credential, createHttpApp, EdgeModule } from '#libs/platform/http/index.js';
import { migrations } from '#migrations/index.js';
import { OwnedAgents, TeamRow, TeamRuns, TeamsModule } from '../index.js';

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

/** Everybody owns the agents whose ids begin with the letter of their name. */
class Agents extends OwnedAgents {
  async ownedIds(userId: string, agentIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(agentIds.filter((id) => id.startsWith(userId === ADA.id ? 'a' : 'e')));
  }
}

/** Remembers what it was asked to stop. */
export class Runs extends TeamRuns {
  readonly stopped: string[] = [];
  async stopOpen(userId: string, teamId: string): Promise<void> {
    this.stopped.push(`${userId} ${teamId}`);
  }
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
  readonly runs: Runs;
  /** As Ada, unless `as` says `eve` or nobody. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** Teams behind the real edge, on SQLite in memory and a clock the test moves. */
export async function teamsWorld(env: Record<string, string> = {}): Promise<TeamsWorld> {
  const config = loadConfig({ env: { RENUM_ENV: 'test', ...env }, cwd: tmpdir() });
  const clock = new ManualClock();
  const runs = new Runs();
  const database = await Database.open({ mode: 'ephemeral', reason: 'a test' }, { entities: [TeamRow], migrations });

  @Global()
  @Module({
    imports: [ConfigurationModule.forRoot(config), DatabaseModule.of(database), EdgeModule, TeamsModule],
    providers: [
      { provide: Authenticator, useClass: TwoPeople },
      { provide: Clock, useValue: clock },
      { provide: OwnedAgents, useClass: Agents },
      { provide: TeamRuns, useValue: runs },
    ],
    exports: [Authenticator, Clock, OwnedAgents, TeamRuns],
  })
  class World {}

  const app = await createHttpApp(World, { corsOrigins: [], logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    database,
    clock,
    runs,
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
