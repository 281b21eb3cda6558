import type { MigrationInterface } from 'typeorm';
import type { UnitRunner } from './unit-runner.js';
import type { Writer } from './writer.js';

/** One change of the schema, with a class for each dialect: they say the same in the words of their database. */
export interface Migration {
  /** `NNNN-what`, as its file is named; the number is its place. */
  readonly name: string;
  readonly sqlite: new () => MigrationInterface;
}

export interface MigrationState {
  readonly name: string;
  /** Milliseconds since 1970; `null` while it waits. */
  readonly appliedAt: number | null;
}

/**
 * Brings the schema up and down. Each change is one transaction together with the line that says it was made, so a
 * crash between two leaves a schema that is old but whole. A warm start costs two queries.
 */
export class Migrations {
  constructor(
    private readonly writer: Writer,
    private readonly newRunner: () => UnitRunner,
    private readonly known: readonly Migration[],
  ) {}

  /** What this release knows, oldest first. */
  status(): readonly MigrationState[] {
    const applied = this.#applied();
    return this.known.map(({ name }) => ({ name, appliedAt: applied.get(name) ?? null }));
  }

  /** Makes what is missing, oldest first, and returns the names. Refuses a database that a newer release has changed. */
  async up(): Promise<readonly string[]> {
    const applied = this.#applied();
    this.#refuseNewer(applied);
    const missing = this.known.filter(({ name }) => !applied.has(name));
    await this.#each(missing, 'up');
    return missing.map(({ name }) => name);
  }

  /** Takes the last `steps` back, newest first, and returns the names. What those tables held is gone. */
  async down(steps = 1): Promise<readonly string[]> {
    const applied = this.#applied();
    this.#refuseNewer(applied);
    const made = this.known.filter(({ name }) => applied.has(name));
    const last = made.reverse().slice(0, steps);
    await this.#each(last, 'down');
    return last.map(({ name }) => name);
  }

  async #each(migrations: readonly Migration[], way: 'up' | 'down'): Promise<void> {
    if (migrations.length === 0) return;
    // SQLite changes a table by building it anew, and dropping the old one would cascade into its children.
    this.writer.handle.pragma('foreign_keys = OFF');
    try {
      for (const migration of migrations) await this.#one(migration, way);
    } finally {
      this.writer.handle.pragma('foreign_keys = ON');
    }
  }

  async #one(migration: Migration, way: 'up' | 'down'): Promise<void> {
    this.writer.begin();
    const runner = this.newRunner();
    try {
      await new migration.sqlite()[way](runner);
      this.#note(migration.name, way);
      this.#refuseOrphans();
      this.writer.commit();
    } catch (error) {
      this.writer.rollback();
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`the migration ${migration.name} failed (${way}) and left nothing behind: ${why}`, {
        cause: error,
      });
    } finally {
      runner.end();
    }
  }

  #note(name: string, way: 'up' | 'down'): void {
    const { handle } = this.writer;
    if (way === 'down') {
      handle.prepare('DELETE FROM schema_migration WHERE name = ?').run(name);
      return;
    }
    handle.exec(
      'CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT',
    );
    handle
      .prepare(
        "INSERT INTO schema_migration (name, applied_at) VALUES (?, CAST(unixepoch('subsec') * 1000 AS INTEGER))",
      )
      .run(name);
  }

  #applied(): ReadonlyMap<string, number> {
    const { handle } = this.writer;
    const exists = handle
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'")
      .get();
    if (!exists) return new Map();
    const rows = handle
      .prepare<[], { name: string; applied_at: number }>('SELECT name, applied_at FROM schema_migration')
      .all();
    return new Map(rows.map((row) => [row.name, row.applied_at]));
  }

  #refuseNewer(applied: ReadonlyMap<string, number>): void {
    const names = new Set(this.known.map(({ name }) => name));
    const newer = [...applied.keys()].filter((name) => !names.has(name)).sort();
    if (newer.length > 0) throw new Error(`a newer release has changed it (${newer.join(', ')}).`);
  }

  #refuseOrphans(): void {
    const orphans = this.writer.handle.prepare('PRAGMA foreign_key_check').all();
    if (orphans.length > 0) throw new Error(`${orphans.length} rows would lose their parent.`);
  }
}
