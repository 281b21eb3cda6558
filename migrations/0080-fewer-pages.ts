import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

const COLUMNS = 'execution_id, seq, public_seq, at, body, payloads';

/** Makes the table of events anew and fills it from the old one. */
async function rebuildEvents(runner: QueryRunner, executionId: string, options: string): Promise<void> {
  await runner.query('ALTER TABLE event RENAME TO event_before');
  await runner.query(`
      CREATE TABLE event (
        execution_id ${executionId},
        seq INTEGER NOT NULL,
        public_seq INTEGER,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        payloads TEXT,
        PRIMARY KEY (execution_id, seq)
      ) ${options}`);
  await runner.query(`INSERT INTO event (${COLUMNS}) SELECT ${COLUMNS} FROM event_before ORDER BY execution_id, seq`);
  await runner.query('DROP TABLE event_before');
}

class FewerPagesSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Whoever appends has looked for the execution: a foreign key would look again for every event.
    await rebuildEvents(runner, 'TEXT NOT NULL', 'STRICT');
    // One index for whatever is open: a user's are counted at every acceptance, a team's are looked for when it goes.
    await runner.query('DROP INDEX execution_open_of_team');
    await runner.query('DROP INDEX execution_open_of_user');
    await runner.query('CREATE INDEX execution_open ON execution (user_id, team_id) WHERE finished_at IS NULL');
    await runner.query('DROP INDEX audit_event_by_time');
    await runner.query('DROP INDEX audit_event_of_type');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX audit_event_of_type ON audit_event (event_type)');
    await runner.query('CREATE INDEX audit_event_by_time ON audit_event (at)');
    await runner.query('DROP INDEX execution_open');
    await runner.query('CREATE INDEX execution_open_of_user ON execution (user_id) WHERE finished_at IS NULL');
    await runner.query('CREATE INDEX execution_open_of_team ON execution (team_id) WHERE finished_at IS NULL');
    const cascading = 'TEXT NOT NULL REFERENCES execution (id) ON DELETE CASCADE';
    await rebuildEvents(runner, cascading, 'STRICT, WITHOUT ROWID');
  }
}

/** PostgreSQL logs rows and not pages: what lies where is as it was. */
class Unchanged implements MigrationInterface {
  async up(): Promise<void> {}

  async down(): Promise<void> {}
}

/**
 * SQLite writes whole pages: a commit costs as many as it touches, however little it says. Events lie in the order of
 * their appends, so those of one commit share a page, whichever executions they are of.
 */
export const fewerPages: Migration = { name: '0080-fewer-pages', sqlite: FewerPagesSqlite, postgres: Unchanged };
