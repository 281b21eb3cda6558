import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

/** The first number of the lock on a user's count of open executions. */
const OPENING = 0x524e5501;

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

/**
 * Every append is one call of one function: PostgreSQL gives each statement in it a fresh look at what is committed, so
 * it may lock first and count or number afterwards, and all of it costs one round trip. Whoever appends locks the row of
 * the execution; that is what foreign keys would ask for again for every event, so there are none.
 */
class JournalPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE execution (
        id text COLLATE "C" PRIMARY KEY,
        user_id text COLLATE "C" NOT NULL,
        team_id text COLLATE "C" NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
        created_at bigint NOT NULL,
        started_at bigint,
        finished_at bigint,
        owner text COLLATE "C",
        epoch bigint NOT NULL,
        wake_at bigint
      ) WITH (fillfactor = 80)`);
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
    await runner.query(`
      CREATE TABLE event (
        execution_id text COLLATE "C" NOT NULL,
        seq bigint NOT NULL,
        public_seq bigint,
        at bigint NOT NULL,
        body text NOT NULL,
        payloads text,
        PRIMARY KEY (execution_id, seq)
      )`);
    await runner.query(`
      CREATE TABLE payload (
        execution_id text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (execution_id, hash)
      )`);
    // Processes that advance executions; dead when their last sign of life, on this clock, is too old.
    await runner.query('CREATE TABLE worker (id text COLLATE "C" PRIMARY KEY, seen_at timestamptz NOT NULL)');

    await runner.query(`
      CREATE FUNCTION journal_insert(
        which text, seqs bigint[], public_seqs bigint[], ats bigint[], bodies text[], places text[],
        hashes text[], larges text[]
      ) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO event (execution_id, seq, public_seq, at, body, payloads)
        SELECT which, * FROM unnest(seqs, public_seqs, ats, bodies, places);
        IF cardinality(hashes) > 0 THEN
          INSERT INTO payload (execution_id, hash, body)
          SELECT which, * FROM unnest(hashes, larges)
          ON CONFLICT DO NOTHING;
        END IF;
      END $$`);
    // What other rooms write: `{"table": …, "values": {column: value}}` is a new row, `"where"` are rows that go.
    await runner.query(`
      CREATE FUNCTION journal_also(also json) RETURNS void LANGUAGE plpgsql AS $$
      DECLARE
        place text;
        given json;
        gone json;
        names text;
      BEGIN
        FOR place, given, gone IN
          SELECT one ->> 'table', one -> 'values', one -> 'where' FROM json_array_elements(also) AS one
        LOOP
          IF given IS NOT NULL THEN
            SELECT string_agg(quote_ident(name), ', ') INTO names FROM json_object_keys(given) AS name;
            EXECUTE format(
              'INSERT INTO %1$I (%2$s) SELECT %2$s FROM json_populate_record(NULL::%1$I, $1)', place, names
            ) USING given;
          ELSE
            SELECT string_agg(format('%I = $1 ->> %L', name, name), ' AND ') INTO names
            FROM json_object_keys(gone) AS name;
            EXECUTE format('DELETE FROM %I WHERE %s', place, names) USING gone;
          END IF;
        END LOOP;
      END $$`);
    await runner.query(`
      CREATE FUNCTION journal_begin(
        new_id text, new_user text, new_team text, new_status text, at bigint, started bigint, finished bigint,
        new_owner text, new_epoch bigint, wake bigint, open_limit bigint, also json,
        seqs bigint[], public_seqs bigint[], ats bigint[], bodies text[], places text[], hashes text[], larges text[]
      ) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(${OPENING}, hashtext(new_user));
        IF EXISTS (SELECT FROM execution WHERE id = new_id) THEN RETURN 'exists'; END IF;
        IF (SELECT count(*) FROM execution WHERE user_id = new_user AND finished_at IS NULL) >= open_limit THEN
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
      END $$`);
    await runner.query(`
      CREATE FUNCTION journal_decide(
        which text, by bigint, behind bigint, new_status text, started bigint, finished bigint, also json,
        seqs bigint[], public_seqs bigint[], ats bigint[], bodies text[], places text[], hashes text[], larges text[]
      ) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE
        is_mine boolean;
        is_pending boolean;
      BEGIN
        SELECT owner IS NOT NULL AND epoch = by, status = 'pending' INTO is_mine, is_pending
        FROM execution WHERE id = which FOR NO KEY UPDATE;
        IF is_mine IS NOT TRUE THEN RETURN 'lost'; END IF;
        IF (SELECT coalesce(max(seq), 0) FROM event WHERE execution_id = which) <> behind THEN RETURN 'taken'; END IF;
        PERFORM journal_insert(which, seqs, public_seqs, ats, bodies, places, hashes, larges);
        IF finished IS NOT NULL OR (is_pending AND started IS NOT NULL) THEN
          UPDATE execution SET
            status = new_status,
            started_at = coalesce(started_at, started),
            finished_at = finished,
            owner = CASE WHEN finished IS NULL THEN owner END
          WHERE id = which;
        END IF;
        IF also IS NOT NULL THEN PERFORM journal_also(also); END IF;
        RETURN 'appended';
      END $$`);
    await runner.query(`
      CREATE FUNCTION journal_note(
        which text, is_cost boolean, is_public boolean, at bigint, body text, place text, hashes text[], larges text[],
        also json, OUT new_seq bigint, OUT new_public_seq bigint
      ) LANGUAGE plpgsql AS $$
      DECLARE
        is_over boolean;
        is_asleep boolean;
      BEGIN
        SELECT finished_at IS NOT NULL, finished_at IS NULL AND owner IS NULL AND wake_at IS DISTINCT FROM 0
        INTO is_over, is_asleep
        FROM execution WHERE id = which FOR NO KEY UPDATE;
        IF NOT FOUND OR (is_over AND NOT is_cost) THEN RETURN; END IF;
        SELECT coalesce(max(seq), 0) + 1 INTO new_seq FROM event WHERE execution_id = which;
        IF is_public THEN
          SELECT coalesce(
            (SELECT public_seq FROM event WHERE execution_id = which AND public_seq IS NOT NULL ORDER BY seq DESC LIMIT 1), 0
          ) + 1 INTO new_public_seq;
        END IF;
        PERFORM journal_insert(
          which, ARRAY[new_seq], ARRAY[new_public_seq], ARRAY[at], ARRAY[body], ARRAY[place], hashes, larges
        );
        IF is_asleep THEN UPDATE execution SET wake_at = 0 WHERE id = which; END IF;
        IF also IS NOT NULL THEN PERFORM journal_also(also); END IF;
      END $$`);
    await runner.query(`
      CREATE FUNCTION journal_release(which text, seen bigint, by bigint, wake bigint) RETURNS boolean
      LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM FROM execution WHERE id = which AND owner IS NOT NULL AND epoch = by FOR NO KEY UPDATE;
        IF NOT FOUND OR EXISTS (SELECT FROM event WHERE execution_id = which AND seq > seen) THEN RETURN false; END IF;
        UPDATE execution SET owner = NULL, wake_at = wake WHERE id = which;
        RETURN true;
      END $$`);
    await runner.query(`
      CREATE FUNCTION journal_remove(which text, also json) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM execution WHERE id = which AND finished_at IS NOT NULL;
        IF NOT FOUND THEN RETURN false; END IF;
        DELETE FROM event WHERE execution_id = which;
        DELETE FROM payload WHERE execution_id = which;
        IF also IS NOT NULL THEN PERFORM journal_also(also); END IF;
        RETURN true;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of [
      'journal_remove',
      'journal_release',
      'journal_note',
      'journal_decide',
      'journal_begin',
      'journal_also',
      'journal_insert',
    ])
      await runner.query(`DROP FUNCTION ${name}`);
    for (const table of ['worker', 'payload', 'event', 'execution']) await runner.query(`DROP TABLE ${table}`);
  }
}

/** Executions, their events, and the bodies too large to lie among them. */
export const journal: Migration = { name: '0001-journal', sqlite: JournalSqlite, postgres: JournalPostgres };
