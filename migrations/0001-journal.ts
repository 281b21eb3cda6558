import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class JournalSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE execution (
        id TEXT PRIMARY KEY,
        user_id TEXT NOT NULL,
        team_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        owner TEXT,
        epoch INTEGER NOT NULL,
        wake_at INTEGER
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX execution_of_user ON execution (user_id, created_at, id)');
    await runner.query('CREATE INDEX execution_of_team ON execution (team_id, created_at, id)');
    await runner.query('CREATE INDEX execution_open_of_user ON execution (user_id) WHERE finished_at IS NULL');
    await runner.query('CREATE INDEX execution_open_of_team ON execution (team_id) WHERE finished_at IS NULL');
    await runner.query(
      'CREATE INDEX execution_owned ON execution (owner) WHERE finished_at IS NULL AND owner IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX execution_released ON execution (wake_at) WHERE finished_at IS NULL AND owner IS NULL',
    );

    // One row per event, in the order in which they are read; its key is the fence between two owners.
    await runner.query(`
      CREATE TABLE event (
        execution_id TEXT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        public_seq INTEGER,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        payloads TEXT,
        PRIMARY KEY (execution_id, seq)
      ) STRICT, WITHOUT ROWID`);
    await runner.query(`
      CREATE TABLE payload (
        execution_id TEXT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        hash TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (execution_id, hash)
      ) STRICT`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['payload', 'event', 'execution']) await runner.query(`DROP TABLE ${table}`);
  }
}

/** Executions, their events, and the bodies too large to lie among them. */
export const journal: Migration = { name: '0001-journal', sqlite: JournalSqlite };
