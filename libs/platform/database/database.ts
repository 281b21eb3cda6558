import type { EntityManager } from 'typeorm';
import type { DatabaseMode, DatabaseStanding } from './choose-database.js';
import type { DataFolder } from './data-folder.js';
import type { Migration, Migrations } from './migrations.js';
import type { Value } from './portable.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Classes with `@Entity`, as each room lists its own. */
export type Entities = readonly (new () => object)[];

export interface DatabaseOptions {
  readonly entities: Entities;
  readonly migrations: readonly Migration[];
  /** Whether missing migrations are made at once (the default). */
  readonly migrate?: boolean;
  /** Released when the database has closed. */
  readonly folder?: DataFolder;
  /** Told of bugs that cost a caller its unit (`UnitCrossedTurn`), so that they are logged. */
  readonly onBug?: (bug: Error) => void;
  /** Told of connections that broke while nobody used them, so that they are logged. */
  readonly onTrouble?: (error: Error) => void;
}

/**
 * The one place that holds the data. Writing goes through `work`; reading sees only what is committed, by `find` and
 * `all` (prepared portable statements, for what is hot) or `read` (TypeORM), refuses to write, and has no place inside
 * a unit, which reads by its `tx` (`ReadBesideUnit`).
 */
export abstract class Database {
  abstract readonly work: UnitOfWork;
  abstract readonly migrations: Migrations;
  abstract readonly mode: DatabaseMode;
  abstract readonly standing: DatabaseStanding;
  /** What a commit waits for the disk, in ms, measured at the start; `null` where nobody knows. */
  abstract readonly fsyncMs: number | null;

  /** TypeORM's reading side. */
  abstract readonly read: EntityManager;

  /** What `Renum-Durability` says of whatever is written here. */
  get durability(): 'durable' | 'volatile' {
    return this.mode === 'ephemeral' ? 'volatile' : 'durable';
  }

  /** The first row of a portable statement. The texts must be constants: each distinct one stays compiled. */
  abstract find<Row>(text: string, ...values: readonly Value[]): Promise<Row | null>;

  /** Every row of a portable statement; on the texts see `find`. */
  abstract all<Row>(text: string, ...values: readonly Value[]): Promise<readonly Row[]>;

  /** Rejects, saying why, while the database cannot serve. Waits for nobody who works. */
  abstract check(): Promise<void>;

  /** Answers what was accepted and refuses the rest. Twice is harmless. */
  abstract close(): Promise<void>;

  /** Nest calls this when everything that uses the database has stopped. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
