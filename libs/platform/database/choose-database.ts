import { join, resolve } from 'node:path';
import { DatabaseUnusable } from './database.errors.js';

export type DatabaseMode = 'embedded' | 'ephemeral' | 'postgres';
export type Environment = 'development' | 'test' | 'production';

/** In this process, on SQLite. */
export type LocalChoice =
  | { readonly mode: 'embedded'; readonly file: string }
  | { readonly mode: 'ephemeral'; readonly reason: string };

export type DatabaseChoice = LocalChoice;

/** Where records live and what that promises, in words for the operator. */
export interface DatabaseStanding {
  readonly mode: DatabaseMode;
  /** Why it is not the durable default; absent when it is. */
  readonly reason?: string;
  readonly lost: readonly string[];
  readonly kept: readonly string[];
}

const IN_URL = 'of DATABASE_URL';

/** What `DATABASE_URL` asks for. Throws `DatabaseUnusable` for what this release cannot do: nothing else is taken instead. */
export function chooseDatabase(url: string | undefined, dataDir: string): DatabaseChoice {
  if (url === undefined || url === '') return { mode: 'embedded', file: join(resolve(dataDir), 'renum.db') };
  if (url === 'memory:') return { mode: 'ephemeral', reason: 'DATABASE_URL is memory:' };
  if (/^postgres(ql)?:/i.test(url)) throw new DatabaseUnusable(IN_URL, 'this release cannot speak PostgreSQL yet.');
  throw new DatabaseUnusable(IN_URL, 'leave DATABASE_URL unset for the embedded database, or say memory:');
}

/**
 * Memory is taken without being asked for only where losing it harms nobody: in development or test, while there is no
 * database yet and none can be made. Otherwise `null`: the failure stands.
 */
export function fallback(env: Environment, fileExists: boolean, why: string): DatabaseChoice | null {
  if (env === 'production' || fileExists) return null;
  return { mode: 'ephemeral', reason: why };
}

export function standing(choice: DatabaseChoice): DatabaseStanding {
  switch (choice.mode) {
    case 'embedded':
      return {
        mode: 'embedded',
        lost: [],
        kept: ['everything that was answered, across restarts, crashes and power cuts'],
      };
    case 'ephemeral':
      return {
        mode: 'ephemeral',
        reason: choice.reason,
        lost: ['users, agents, teams, executions and every other record, when the process ends'],
        kept: ['configuration and the files of the data folder'],
      };
  }
}
