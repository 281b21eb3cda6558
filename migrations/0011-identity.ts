import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class IdentitySqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE user_account (
         id TEXT PRIMARY KEY,
         email TEXT NOT NULL,
         email_key TEXT NOT NULL UNIQUE,
         name TEXT NOT NULL,
         role TEXT NOT NULL CHECK (role IN ('user', 'operator', 'auditor', 'admin')),
         password_hash TEXT NOT NULL,
         is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
         created_at INTEGER NOT NULL,
         last_login_at INTEGER
       ) STRICT`,
    );
    await runner.query(
      `CREATE TABLE user_session (
         id TEXT PRIMARY KEY,
         user_id TEXT NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
         turn INTEGER NOT NULL,
         turned_at INTEGER NOT NULL,
         created_at INTEGER NOT NULL,
         expires_at INTEGER NOT NULL,
         ended_at INTEGER
       ) STRICT`,
    );
    await runner.query('CREATE INDEX user_session_of_user ON user_session (user_id)');
    await runner.query('CREATE INDEX user_session_by_end ON user_session (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE user_session');
    await runner.query('DROP TABLE user_account');
  }
}

class IdentityPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE user_account (
         id text COLLATE "C" PRIMARY KEY,
         email text NOT NULL,
         email_key text COLLATE "C" NOT NULL UNIQUE,
         name text NOT NULL,
         role text NOT NULL CHECK (role IN ('user', 'operator', 'auditor', 'admin')),
         password_hash text NOT NULL,
         is_active boolean NOT NULL,
         created_at bigint NOT NULL,
         last_login_at bigint
       )`,
    );
    await runner.query(
      `CREATE TABLE user_session (
         id text COLLATE "C" PRIMARY KEY,
         user_id text COLLATE "C" NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
         turn bigint NOT NULL,
         turned_at bigint NOT NULL,
         created_at bigint NOT NULL,
         expires_at bigint NOT NULL,
         ended_at bigint
       )`,
    );
    await runner.query('CREATE INDEX user_session_of_user ON user_session (user_id)');
    await runner.query('CREATE INDEX user_session_by_end ON user_session (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE user_session');
    await runner.query('DROP TABLE user_account');
  }
}

export const identity: Migration = { name: '0011-identity', sqlite: IdentitySqlite, postgres: IdentityPostgres };
