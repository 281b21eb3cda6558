import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class ApprovalsSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approval (
        id TEXT PRIMARY KEY,
        execution_id TEXT NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step_id TEXT NOT NULL,
        user_id TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
        requested_at INTEGER NOT NULL,
        settled_at INTEGER,
        asked TEXT NOT NULL,
        votes TEXT NOT NULL
      ) STRICT`);
    await runner.query('CREATE INDEX approval_of_execution ON approval (execution_id)');
    // Who may see it, by user id or e-mail address; a page of somebody's inbox is a piece of one index.
    await runner.query(`
      CREATE TABLE approval_reader (
        person TEXT NOT NULL,
        approval_id TEXT NOT NULL REFERENCES approval (id) ON DELETE CASCADE,
        PRIMARY KEY (person, approval_id)
      ) STRICT, WITHOUT ROWID`);
    await runner.query('CREATE INDEX approval_reader_of ON approval_reader (approval_id)');

    await runner.query('ALTER TABLE execution ADD COLUMN waits_for_people INTEGER NOT NULL DEFAULT 0');
    await runner.query('DROP INDEX execution_open');
    // Those that count against their user's limit lie side by side: however many wait, they are not read.
    await runner.query(`
      CREATE INDEX execution_open ON execution (user_id, waits_for_people, team_id) WHERE finished_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX execution_open');
    await runner.query('CREATE INDEX execution_open ON execution (user_id, team_id) WHERE finished_at IS NULL');
    await runner.query('ALTER TABLE execution DROP COLUMN waits_for_people');
    for (const table of ['approval_reader', 'approval']) await runner.query(`DROP TABLE ${table}`);
  }
}

class ApprovalsPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE approval (
        id text COLLATE "C" PRIMARY KEY,
        execution_id text COLLATE "C" NOT NULL REFERENCES execution (id) ON DELETE CASCADE,
        step_id text COLLATE "C" NOT NULL,
        user_id text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
        requested_at bigint NOT NULL,
        settled_at bigint,
        asked text NOT NULL,
        votes text NOT NULL
      )`);
    await runner.query('CREATE INDEX approval_of_execution ON approval (execution_id)');
    await runner.query(`
      CREATE TABLE approval_reader (
        person text COLLATE "C" NOT NULL,
        approval_id text COLLATE "C" NOT NULL REFERENCES approval (id) ON DELETE CASCADE,
        PRIMARY KEY (person, approval_id)
      )`);
    await runner.query('CREATE INDEX approval_reader_of ON approval_reader (approval_id)');

    await runner.query('ALTER TABLE execution ADD COLUMN waits_for_people boolean NOT NULL DEFAULT false');
    await runner.query('DROP INDEX execution_open_of_user');
    await runner.query(`
      CREATE INDEX execution_counted_of_user ON execution (user_id)
      WHERE finished_at IS NULL AND NOT waits_for_people`);
    await runner.query(beginCounting('AND NOT waits_for_people'));
    await runner.query(also(CHANGED));
    await runner.query('DROP FUNCTION journal_release(text, bigint, bigint, bigint)');
    await runner.query(release(', is_for_people boolean', ', waits_for_people = is_for_people'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION journal_release(text, bigint, bigint, bigint, boolean)');
    await runner.query(release('', ''));
    await runner.query(also(''));
    await runner.query(beginCounting(''));
    await runner.query('DROP INDEX execution_counted_of_user');
    await runner.query('CREATE INDEX execution_open_of_user ON execution (user_id) WHERE finished_at IS NULL');
    await runner.query('ALTER TABLE execution DROP COLUMN waits_for_people');
    for (const table of ['approval_reader', 'approval']) await runner.query(`DROP TABLE ${table}`);
  }
}

/** As 0001 made it, but for which open executions count. */
function beginCounting(which: string): string {
  return `
    CREATE OR REPLACE FUNCTION journal_begin(
      new_id text, new_user text, new_team text, new_status text, at bigint, started bigint, finished bigint,
      new_owner text, new_epoch bigint, wake bigint, open_limit bigint, also json,
      seqs bigint[], public_seqs bigint[], ats bigint[], bodies text[], places text[], hashes text[], larges text[]
    ) RETURNS text LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(${0x524e5501}, hashtext(new_user));
      IF EXISTS (SELECT FROM execution WHERE id = new_id) THEN RETURN 'exists'; END IF;
      IF (
        SELECT count(*) FROM execution WHERE user_id = new_user AND finished_at IS NULL ${which}
      ) >= open_limit THEN
        RETURN 'full';
      END IF;
      INSERT INTO execution (id, user_id, team_id, status, created_at, started_at, finished_at, owner, epoch, wake_at)
      VALUES (new_id, new_user, new_team, new_status, at, started, finished, new_owner, new_epoch, wake)
      ON CONFLICT (id) DO NOTHING;
      -- The lock is on the user: two with one id of two users meet only here.
      IF NOT FOUND THEN RETURN 'exists'; END IF;
      PERFORM journal_insert(new_id, seqs, public_seqs, ats, bodies, places, hashes, larges);
      IF also IS NOT NULL THEN PERFORM journal_also(also); END IF;
      RETURN 'begun';
    END $$`;
}

/** `"set": {column: value}` and `"append": {column: text}` beside `"where"` are rows that change. */
const CHANGED = `
  ELSIF one -> 'set' IS NOT NULL THEN
    SELECT string_agg(change, ', ') INTO changes FROM (
      SELECT format('%1$I = (SELECT %1$I FROM json_populate_record(NULL::%2$I, $1 -> ''set''))', name, one ->> 'table')
        AS change FROM json_object_keys(one -> 'set') AS name
      UNION ALL
      SELECT format('%1$I = %1$I || ($1 -> ''append'' ->> %1$L)', name)
        FROM json_object_keys(coalesce(one -> 'append', '{}')) AS name
    ) AS them;
    EXECUTE format('UPDATE %I SET %s WHERE %s', one ->> 'table', changes, those) USING one;`;

/** As 0001 made it: `"values"` is a new row, `"where"` alone are rows that go. */
function also(changed: string): string {
  return `
    CREATE OR REPLACE FUNCTION journal_also(also json) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
      one json;
      names text;
      those text;
      changes text;
    BEGIN
      FOR one IN SELECT value FROM json_array_elements(also) LOOP
        SELECT string_agg(format('%I = $1 -> ''where'' ->> %L', name, name), ' AND ') INTO those
        FROM json_object_keys(coalesce(one -> 'where', '{}')) AS name;
        IF one -> 'values' IS NOT NULL THEN
          SELECT string_agg(quote_ident(name), ', ') INTO names FROM json_object_keys(one -> 'values') AS name;
          EXECUTE format(
            'INSERT INTO %1$I (%2$s) SELECT %2$s FROM json_populate_record(NULL::%1$I, $1 -> ''values'')',
            one ->> 'table', names
          ) USING one;
        ${changed}
        ELSE
          EXECUTE format('DELETE FROM %I WHERE %s', one ->> 'table', those) USING one;
        END IF;
      END LOOP;
    END $$`;
}

function release(parameter: string, change: string): string {
  return `
    CREATE FUNCTION journal_release(which text, seen bigint, by bigint, wake bigint${parameter}) RETURNS boolean
    LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM FROM execution WHERE id = which AND owner IS NOT NULL AND epoch = by FOR NO KEY UPDATE;
      IF NOT FOUND OR EXISTS (SELECT FROM event WHERE execution_id = which AND seq > seen) THEN RETURN false; END IF;
      UPDATE execution SET owner = NULL, wake_at = wake${change} WHERE id = which;
      RETURN true;
    END $$`;
}

/** What people are asked and said, and which executions wait for nobody else. */
export const approvals: Migration = {
  name: '0100-approvals',
  sqlite: ApprovalsSqlite,
  postgres: ApprovalsPostgres,
};
