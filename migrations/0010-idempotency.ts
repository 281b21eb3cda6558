import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class IdempotencySqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE idempotency_key (
         scope TEXT NOT NULL,
         key TEXT NOT NULL,
         body_hash TEXT NOT NULL,
         resource_id TEXT NOT NULL,
         claimed_by TEXT,
         status INTEGER,
         headers TEXT,
         body TEXT,
         created_at INTEGER NOT NULL,
         PRIMARY KEY (scope, key)
       ) STRICT`,
    );
    await runner.query('CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_key');
  }
}

class IdempotencyPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE idempotency_key (
         scope text COLLATE "C" NOT NULL,
         key text COLLATE "C" NOT NULL,
         body_hash text NOT NULL,
         resource_id text COLLATE "C" NOT NULL,
         claimed_by text,
         status integer,
         headers text,
         body text,
         created_at bigint NOT NULL,
         PRIMARY KEY (scope, key)
       )`,
    );
    await runner.query('CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_key');
  }
}

export const idempotency: Migration = {
  name: '0010-idempotency',
  sqlite: IdempotencySqlite,
  postgres: IdempotencyPostgres,
};
