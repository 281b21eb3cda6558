/*
 * The floor: the same jobs with nothing of ours. A run appends one row for its acceptance and one per step, each behind
 * a commit that reached the disk; a team is one row, read and sent. What this costs, nobody can save.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import Fastify from 'fastify';
import { GroupCommit } from './group-commit.js';

interface TeamRow {
  readonly id: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly agent_ids: string;
  readonly workflow: string;
  readonly config: string;
  readonly is_active: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** As our server shows one. */
interface Team {
  readonly team_id: string;
  readonly user_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly agent_ids: readonly string[];
  readonly workflow_definition: object;
  readonly team_config: object;
  readonly is_active: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

const COLUMNS = 'id, user_id, name, description, agent_ids, workflow, config, is_active, created_at, updated_at';
const CREATE = `CREATE TABLE team (id TEXT PRIMARY KEY, user_id TEXT, name TEXT, description TEXT, agent_ids TEXT,
  workflow TEXT, config TEXT, is_active INTEGER, created_at INTEGER, updated_at INTEGER) STRICT`;

function open(folder: string): BetterSqlite3.Database {
  const database = new BetterSqlite3(join(folder, 'floor.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec(CREATE);
  return database;
}

/** About as much as an event of ours carries. */
function bodyOf(step: number, prompt: string): string {
  const usage = { provider: 'sim', model: 'sim/bench', keyType: 'renum_native', tokensIn: 12, tokensOut: 12 };
  return JSON.stringify({ kind: 'step-succeeded', step: `s${step}`, attempt: 1, output: { result: prompt }, usage });
}

function viewOf(row: TeamRow): Team {
  return {
    team_id: row.id,
    user_id: row.user_id,
    name: row.name,
    description: row.description,
    agent_ids: JSON.parse(row.agent_ids),
    workflow_definition: JSON.parse(row.workflow),
    team_config: JSON.parse(row.config),
    is_active: Boolean(row.is_active),
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}

function serve(folder: string): void {
  const database = open(folder);
  const commits = new GroupCommit(database);
  const find = database.prepare<[string], TeamRow>(`SELECT ${COLUMNS} FROM team WHERE id = ?`);
  const insert = database.prepare(`INSERT INTO team (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const fastify = Fastify();

  fastify.post<{ Body: { initial_prompt: string } }>('/run', async ({ body }) => {
    const id = randomUUID();
    const prompt = body.initial_prompt;
    await commits.append(id, 0, JSON.stringify({ kind: 'execution-started', id, prompt }));
    for (let step = 1; step <= 3; step++) await commits.append(id, step, bodyOf(step, prompt));
    return { id, status: 'completed', final_result: { result: prompt } };
  });

  fastify.get<{ Params: { id: string } }>('/teams/:id', async ({ params }, reply) => {
    const row = find.get(params.id);
    if (!row) return reply.code(404).send();
    return viewOf(row);
  });

  fastify.post<{ Body: Team }>('/teams', async ({ body: team }) => {
    const json = [team.agent_ids, team.workflow_definition, team.team_config].map((part) => JSON.stringify(part));
    const times = [team.created_at, team.updated_at].map((at) => Date.parse(at));
    insert.run(team.team_id, team.user_id, team.name, team.description, ...json, 1, ...times);
    return {};
  });

  fastify.listen({ port: 0, host: '127.0.0.1' }).then(
    (url) => process.stdout.write(`floor listening on ${url}\n`),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
  process.on('disconnect', () => process.exit(0));
}

serve(process.env.FLOOR_DIR ?? '.');
