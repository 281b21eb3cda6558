import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class KeysSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE provider_key (
         id TEXT PRIMARY KEY,
         holder TEXT NOT NULL CHECK (holder IN ('user', 'team', 'execution')),
         holder_id TEXT NOT NULL,
         user_id TEXT NOT NULL,
         service_name TEXT NOT NULL,
         service_key TEXT NOT NULL,
         sealed TEXT NOT NULL,
         created_at INTEGER NOT NULL,
         updated_at INTEGER NOT NULL,
         UNIQUE (holder, holder_id, service_key)
       ) STRICT`,
    );
    await runner.query('ALTER TABLE agent ADD COLUMN runner_secrets TEXT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent DROP COLUMN runner_secrets');
    await runner.query('DROP TABLE provider_key');
  }
}

class KeysPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE provider_key (
         id text COLLATE "C" PRIMARY KEY,
         holder text NOT NULL CHECK (holder IN ('user', 'team', 'execution')),
         holder_id text COLLATE "C" NOT NULL,
         user_id text COLLATE "C" NOT NULL,
         service_name text NOT NULL,
         service_key text COLLATE "C" NOT NULL,
         sealed text NOT NULL,
         created_at bigint NOT NULL,
         updated_at bigint NOT NULL,
         UNIQUE (holder, holder_id, service_key)
       )`,
    );
    await runner.query('ALTER TABLE agent ADD COLUMN runner_secrets text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent DROP COLUMN runner_secrets');
    await runner.query('DROP TABLE provider_key');
  }
}

/** Keys of providers, and the secrets with which agents of their own are called. All of them sealed. */
export const keys: Migration = { name: '0040-keys', sqlite: KeysSqlite, postgres: KeysPostgres };
