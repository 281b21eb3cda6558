import type { Parts } from './drift.js';
import { type Migration, Migrations, type Way } from './migrations.js';
import type { UnitRunner } from './unit-runner.js';
import type { Writer } from './writer.js';

const TABLES = "SELECT 1 FROM sqlite_master WHERE type = 'table'";
const PARTS = `
  SELECT type || ' ' || name AS name, sql AS definition FROM sqlite_master
  WHERE sql IS NOT NULL AND name NOT LIKE 'schema_migration%' AND name NOT LIKE 'sqlite_%'`;

/** Made at the start, before anything is served: no other unit is under way, and other processes find the file locked. */
export class SqliteMigrations extends Migrations {
  constructor(
    private readonly writer: Writer,
    private readonly newRunner: () => UnitRunner,
    known: readonly Migration[],
  ) {
    super(known);
  }

  protected async applied(): Promise<ReadonlyMap<string, number>> {
    const { handle } = this.writer;
    const exists = handle.prepare(`${TABLES} AND name = 'schema_migration'`).get();
    if (!exists) return new Map();
    const rows = handle
      .prepare<[], { name: string; applied_at: number }>('SELECT name, applied_at FROM schema_migration')
      .all();
    return new Map(rows.map((row) => [row.name, row.applied_at]));
  }

  protected async parts() {
    const { handle } = this.writer;
    const isKept = handle.prepare(`${TABLES} AND name = 'schema_migration_part'`).get();
    const kept = isKept ? this.#partsBy('SELECT name, definition FROM schema_migration_part') : new Map();
    return { kept, found: this.#partsBy(PARTS) };
  }

  protected async alone<T>(change: () => Promise<T>): Promise<T> {
    // SQLite changes a table by building it anew, and dropping the old one would cascade into its children.
    this.writer.handle.pragma('foreign_keys = OFF');
    try {
      return await change();
    } finally {
      this.writer.handle.pragma('foreign_keys = ON');
    }
  }

  protected async make(migration: Migration, way: Way): Promise<void> {
    this.writer.begin();
    const runner = this.newRunner();
    try {
      await new migration.sqlite()[way](runner);
      this.#note(migration.name, way);
      this.#keepParts();
      this.#refuseOrphans();
      this.writer.commit();
    } catch (error) {
      this.writer.rollback();
      throw error;
    } finally {
      runner.end();
    }
  }

  #note(name: string, way: Way): void {
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

  #partsBy(text: string): Parts {
    const rows = this.writer.handle.prepare<[], { name: string; definition: string }>(text).all();
    return new Map(rows.map(({ name, definition }) => [name, definition]));
  }

  #keepParts(): void {
    const { handle } = this.writer;
    handle.exec(
      'CREATE TABLE IF NOT EXISTS schema_migration_part (name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT',
    );
    handle.exec('DELETE FROM schema_migration_part');
    handle.exec(`INSERT INTO schema_migration_part (name, definition) ${PARTS}`);
  }

  #refuseOrphans(): void {
    const orphans = this.writer.handle.prepare('PRAGMA foreign_key_check').all();
    if (orphans.length > 0) throw new Error(`${orphans.length} rows would lose their parent.`);
  }
}
