import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class SharedStoreSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE shared_entry (
         space TEXT NOT NULL,
         key TEXT NOT NULL,
         value TEXT NOT NULL,
         version TEXT NOT NULL,
         expires_at INTEGER,
         PRIMARY KEY (space, key)
       ) STRICT`,
    );
    await runner.query('CREATE INDEX shared_entry_by_end ON shared_entry (expires_at) WHERE expires_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shared_entry');
  }
}

class SharedStorePostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE shared_entry (
         space text COLLATE "C" NOT NULL,
         key text COLLATE "C" NOT NULL,
         value text NOT NULL,
         version text NOT NULL,
         expires_at bigint,
         PRIMARY KEY (space, key)
       )`,
    );
    await runner.query('CREATE INDEX shared_entry_by_end ON shared_entry (expires_at) WHERE expires_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shared_entry');
  }
}

/** Small records with an end that all processes agree on. */
export const sharedStore: Migration = {
  name: '0060-shared-store',
  sqlite: SharedStoreSqlite,
  postgres: SharedStorePostgres,
};
