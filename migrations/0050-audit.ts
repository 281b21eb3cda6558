import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class AuditSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE audit_event (
         seq INTEGER PRIMARY KEY,
         at INTEGER NOT NULL,
         actor_type TEXT NOT NULL CHECK (actor_type IN ('user', 'admin', 'system')),
         actor_id TEXT,
         event_type TEXT NOT NULL,
         entity_type TEXT NOT NULL,
         entity_id TEXT,
         outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'refused')),
         ip TEXT,
         request_id TEXT,
         details TEXT
       ) STRICT`,
    );
    await runner.query('CREATE INDEX audit_event_by_time ON audit_event (at)');
    await runner.query('CREATE INDEX audit_event_of_type ON audit_event (event_type)');
    await runner.query('CREATE INDEX audit_event_of_actor ON audit_event (actor_id) WHERE actor_id IS NOT NULL');
    await runner.query('CREATE INDEX audit_event_of_entity ON audit_event (entity_id) WHERE entity_id IS NOT NULL');
    for (const change of ['UPDATE', 'DELETE']) {
      await runner.query(
        `CREATE TRIGGER audit_event_no_${change.toLowerCase()} BEFORE ${change} ON audit_event
         BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_event');
  }
}

class AuditPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE audit_event (
         seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         at bigint NOT NULL,
         actor_type text NOT NULL CHECK (actor_type IN ('user', 'admin', 'system')),
         actor_id text COLLATE "C",
         event_type text NOT NULL,
         entity_type text NOT NULL,
         entity_id text COLLATE "C",
         outcome text NOT NULL CHECK (outcome IN ('succeeded', 'refused')),
         ip text,
         request_id text,
         details text
       )`,
    );
    await runner.query('CREATE INDEX audit_event_by_time ON audit_event (at)');
    await runner.query('CREATE INDEX audit_event_of_type ON audit_event (event_type)');
    await runner.query('CREATE INDEX audit_event_of_actor ON audit_event (actor_id) WHERE actor_id IS NOT NULL');
    await runner.query('CREATE INDEX audit_event_of_entity ON audit_event (entity_id) WHERE entity_id IS NOT NULL');
    await runner.query(
      `CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit trail is only appended to'; END $$`,
    );
    await runner.query(
      `CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
       FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_event');
    await runner.query('DROP FUNCTION audit_event_refuse');
  }
}

/** Who did what; nothing of it is ever changed or taken away. */
export const audit: Migration = { name: '0050-audit', sqlite: AuditSqlite, postgres: AuditPostgres };
