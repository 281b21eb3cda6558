import { join, resolve } from 'node:path';
import { Secret } from '#libs/kernel/index.js';
import { DatabaseUnusable } from './database.errors.js';

export type DatabaseMode = 'embedded' | 'ephemeral' | 'postgres';
export type Environment = 'development' | 'test' | 'production';

/** In this process, on SQLite. */
export type LocalChoice =
  | { readonly mode: 'embedded'; readonly file: string }
  | { readonly mode: 'ephemeral'; readonly reason: string };

export interface PostgresChoice {
  readonly mode: 'postgres';
  readonly url: Secret;
  /** Where that is, without who asks and the password: `host:port/database`. */
  readonly place: string;
}

export type DatabaseChoice = LocalChoice | PostgresChoice;

/** Where records live and what that promises, in words for the operator. */
export interface DatabaseStanding {
  readonly mode: DatabaseMode;
  /** Why it is not the durable default; absent when it is. */
  readonly reason?: string;
  readonly lost: readonly string[];
  readonly kept: readonly string[];
}

const IN_URL = 'of DATABASE_URL';

/** What `DATABASE_URL` asks for. Throws `DatabaseUnusable` for what nobody understands: nothing else is taken instead. */
export function chooseDatabase(url: Secret | string | undefined, dataDir: string): DatabaseChoice {
  const text = url instanceof Secret ? url.reveal() : url;
  if (text === undefined || text === '') return { mode: 'embedded', file: join(resolve(dataDir), 'renum.db') };
  if (text === 'memory:') return { mode: 'ephemeral', reason: 'DATABASE_URL is memory:' };
  const place = placeOf(text);
  if (place === null)
    throw new DatabaseUnusable(IN_URL, 'leave it unset for the embedded database, say memory: or postgres://…');
  return { mode: 'postgres', url: new Secret(text), place };
}

function placeOf(text: string): string | null {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const { hostname, port, pathname, searchParams } = new URL(text);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return `${host || 'localhost'}:${port || '5432'}${pathname === '' ? '/' : pathname}`;
}

/**
 * Memory is taken without being asked for only where losing it harms nobody: in development or test, while there is no
 * database yet and none can be made. Otherwise `null`: the failure stands.
 */
export function fallback(env: Environment, fileExists: boolean, why: string): LocalChoice | null {
  if (env === 'production' || fileExists) return null;
  return { mode: 'ephemeral', reason: why };
}

const DURABLE = 'everything that was answered, across restarts, crashes and power cuts';

export function standing(choice: DatabaseChoice): DatabaseStanding {
  switch (choice.mode) {
    case 'embedded':
    case 'postgres':
      return { mode: choice.mode, lost: [], kept: [DURABLE] };
    case 'ephemeral':
      return {
        mode: 'ephemeral',
        reason: choice.reason,
        lost: ['users, agents, teams, executions and every other record, when the process ends'],
        kept: ['configuration and the files of the data folder'],
      };
  }
}
