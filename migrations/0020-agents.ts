import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class AgentsSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE agent (
         id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL,
         name TEXT NOT NULL,
         description TEXT NOT NULL,
         status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'inactive', 'error')),
         model TEXT,
         system_prompt TEXT NOT NULL,
         tools TEXT NOT NULL,
         runner TEXT,
         capabilities TEXT NOT NULL,
         knowledge_base_ids TEXT NOT NULL,
         role TEXT NOT NULL,
         created_at INTEGER NOT NULL,
         updated_at INTEGER NOT NULL
       ) STRICT`,
    );
    await runner.query('CREATE INDEX agent_of_user ON agent (user_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agent');
  }
}

class AgentsPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE agent (
         id text COLLATE "C" PRIMARY KEY,
         user_id text COLLATE "C" NOT NULL,
         name text NOT NULL,
         description text NOT NULL,
         status text NOT NULL CHECK (status IN ('draft', 'active', 'inactive', 'error')),
         model text,
         system_prompt text NOT NULL,
         tools text NOT NULL,
         runner text,
         capabilities text NOT NULL,
         knowledge_base_ids text NOT NULL,
         role text NOT NULL,
         created_at bigint NOT NULL,
         updated_at bigint NOT NULL
       )`,
    );
    await runner.query('CREATE INDEX agent_of_user ON agent (user_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE agent');
  }
}

export const agents: Migration = { name: '0020-agents', sqlite: AgentsSqlite, postgres: AgentsPostgres };
