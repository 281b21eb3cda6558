import type { MigrationInterface } from 'typeorm';
import { drift, type Parts } from './drift.js';

/** One change of the schema, with a class for each dialect: they say the same in the words of their database. */
export interface Migration {
  /** `NNNN-what`, as its file is named; the number is its place. */
  readonly name: string;
  readonly sqlite: new () => MigrationInterface;
  readonly postgres: new () => MigrationInterface;
}

export interface MigrationState {
  readonly name: string;
  /** Milliseconds since 1970; `null` while it waits. */
  readonly appliedAt: number | null;
}

/** How the schema stands to this release. */
export interface SchemaStanding {
  /** Names of changes that wait. */
  readonly pending: readonly string[];
  /** Names of changes that only a newer release knows. */
  readonly newer: readonly string[];
  /** What was done to it by hand, one sentence each. */
  readonly drift: readonly string[];
}

export type Way = 'up' | 'down';

/**
 * Brings the schema up and down. Each change is one transaction together with the line that says it was made, so a
 * crash between two leaves a schema that is old but whole. A warm start costs two queries.
 */
export abstract class Migrations {
  constructor(private readonly known: readonly Migration[]) {}

  /** What this release knows, oldest first. */
  async status(): Promise<readonly MigrationState[]> {
    const applied = await this.applied();
    return this.known.map(({ name }) => ({ name, appliedAt: applied.get(name) ?? null }));
  }

  /** Changes nothing, and waits for nobody who changes the schema. */
  async standing(): Promise<SchemaStanding> {
    const [applied, { kept, found }] = [await this.applied(), await this.parts()];
    const names = new Set(this.known.map(({ name }) => name));
    return {
      pending: [...names].filter((name) => !applied.has(name)),
      newer: [...applied.keys()].filter((name) => !names.has(name)).sort(),
      drift: drift(kept, found),
    };
  }

  /** Makes what is missing, oldest first, and returns the names. Refuses a database that a newer release has changed. */
  up(): Promise<readonly string[]> {
    return this.alone(async () => {
      const applied = await this.#appliedByUs();
      return this.#each(
        this.known.filter(({ name }) => !applied.has(name)),
        'up',
      );
    });
  }

  /** Takes the last `steps` back, newest first, and returns the names. What those tables held is gone. */
  down(steps = 1): Promise<readonly string[]> {
    return this.alone(async () => {
      const applied = await this.#appliedByUs();
      const made = this.known.filter(({ name }) => applied.has(name));
      return this.#each(made.reverse().slice(0, steps), 'down');
    });
  }

  /** The names that are made and when. */
  protected abstract applied(): Promise<ReadonlyMap<string, number>>;

  /** The schema as the last change left it, and as it is now. */
  protected abstract parts(): Promise<{ readonly kept: Parts; readonly found: Parts }>;

  /** Runs `change` while nobody else changes the schema. */
  protected abstract alone<T>(change: () => Promise<T>): Promise<T>;

  /** One change, its line, and what the schema is then, in one transaction. */
  protected abstract make(migration: Migration, way: Way): Promise<void>;

  async #each(migrations: readonly Migration[], way: Way): Promise<readonly string[]> {
    for (const migration of migrations) await this.#one(migration, way);
    return migrations.map(({ name }) => name);
  }

  async #one(migration: Migration, way: Way): Promise<void> {
    try {
      await this.make(migration, way);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`the migration ${migration.name} failed (${way}) and left nothing behind: ${why}`, {
        cause: error,
      });
    }
  }

  async #appliedByUs(): Promise<ReadonlyMap<string, number>> {
    const applied = await this.applied();
    const names = new Set(this.known.map(({ name }) => name));
    const newer = [...applied.keys()].filter((name) => !names.has(name)).sort();
    if (newer.length > 0) throw new Error(`a newer release has changed it (${newer.join(', ')}).`);
    return applied;
  }
}
