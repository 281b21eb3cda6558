import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Migration } from '#libs/platform/database/index.js';

class AgentOutputSqlite implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent ADD COLUMN output_schema TEXT');
  }

  /** An older program knows no agent of which nobody said what it may use. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query("UPDATE agent SET tools = '[]' WHERE tools = 'null'");
    await runner.query('ALTER TABLE agent DROP COLUMN output_schema');
  }
}

class AgentOutputPostgres implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE agent ADD COLUMN output_schema text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("UPDATE agent SET tools = '[]' WHERE tools = 'null'");
    await runner.query('ALTER TABLE agent DROP COLUMN output_schema');
  }
}

/** What an agent's answers must look like. */
export const agentOutput: Migration = {
  name: '0090-agent-output',
  sqlite: AgentOutputSqlite,
  postgres: AgentOutputPostgres,
};
