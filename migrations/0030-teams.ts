import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class TeamsSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE team (
         id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL,
         name TEXT NOT NULL,
         name_key TEXT NOT NULL,
         description TEXT,
         agent_ids TEXT NOT NULL,
         workflow TEXT NOT NULL,
         config TEXT NOT NULL,
         is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
         created_at INTEGER NOT NULL,
         updated_at INTEGER NOT NULL
       ) STRICT`,
    );
    await runner.query('CREATE INDEX team_by_user ON team (user_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE team');
  }
}

class TeamsPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE team (
         id text COLLATE "C" PRIMARY KEY,
         user_id text COLLATE "C" NOT NULL,
         name text NOT NULL,
         name_key text NOT NULL,
         description text,
         agent_ids text NOT NULL,
         workflow text NOT NULL,
         config text NOT NULL,
         is_active boolean NOT NULL,
         created_at bigint NOT NULL,
         updated_at bigint NOT NULL
       )`,
    );
    await runner.query('CREATE INDEX team_by_user ON team (user_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE team');
  }
}

export const teams: Migration = { name: '0030-teams', sqlite: TeamsSqlite, postgres: TeamsPostgres };
