import { dirname } from 'node:path';
import type { EntityManager } from 'typeorm';
import { type DatabaseChoice, type DatabaseMode, type DatabaseStanding, standing } from './choose-database.js';
import { type Connection, connect, type Entities } from './connect.js';
import type { DataFolder } from './data-folder.js';
import { DatabaseUnusable } from './database.errors.js';
import { measureFsync } from './measure-fsync.js';
import { type Migration, Migrations } from './migrations.js';
import { type Sql, Statements } from './statements.js';
import { UnitOfWork } from './unit-of-work.js';
import { onlyReads } from './unit-runner.js';
import { Writer } from './writer.js';

export interface DatabaseOptions {
  readonly entities: Entities;
  readonly migrations: readonly Migration[];
  /** Whether missing migrations are made at once (the default). */
  readonly migrate?: boolean;
  /** Released when the database has closed. */
  readonly folder?: DataFolder;
  /** Told of bugs that cost a caller its unit (`UnitCrossedTurn`), so that they are logged. */
  readonly onBug?: (bug: Error) => void;
}

/**
 * The one place that holds the data. Writing goes through `work`; reading sees only what is committed, by `read`
 * (TypeORM) or `reader` (prepared statements, for what is hot), and refuses to write. In memory one handle serves both
 * sides, and a read may see a unit that is still under way.
 */
export class Database {
  readonly work: UnitOfWork;
  readonly reader: Sql;
  readonly migrations: Migrations;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly choice: DatabaseChoice,
    private readonly connection: Connection,
    private readonly options: DatabaseOptions,
    /** What a commit waits for the disk, in ms, measured at the start; `null` in memory. */
    readonly fsyncMs: number | null,
  ) {
    const writer = new Writer(connection.writing);
    this.work = new UnitOfWork(writer, connection.newRunner, options.onBug);
    this.reader = new Statements(connection.reading, Number.POSITIVE_INFINITY, onlyReads);
    this.migrations = new Migrations(writer, connection.newRunner, options.migrations);
  }

  /** Throws `DatabaseUnusable`, naming place and cause; a file that is not ours stays as it was found. */
  static async open(choice: DatabaseChoice, options: DatabaseOptions): Promise<Database> {
    try {
      const fsyncMs = choice.mode === 'embedded' ? measureFsync(dirname(choice.file)) : null;
      const connection = await connect(choice, options.entities);
      const database = new Database(choice, connection, options, fsyncMs);
      if (options.migrate ?? true) await database.#migrate();
      return database;
    } catch (error) {
      throw new DatabaseUnusable(choice.mode === 'embedded' ? choice.file : 'in memory', error);
    }
  }

  get mode(): DatabaseMode {
    return this.choice.mode;
  }

  /** What `Renum-Durability` says of whatever is written here. */
  get durability(): 'durable' | 'volatile' {
    return this.choice.mode === 'ephemeral' ? 'volatile' : 'durable';
  }

  get standing(): DatabaseStanding {
    return standing(this.choice);
  }

  /** TypeORM's reading side. */
  get read(): EntityManager {
    return this.connection.source.manager;
  }

  get isOpen(): boolean {
    return this.connection.writing.open;
  }

  /** Answers what was accepted, refuses the rest, and folds the write-ahead log into the file. Twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Nest calls this when everything that uses the database has stopped. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async #migrate(): Promise<void> {
    try {
      await this.migrations.up();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #close(): Promise<void> {
    await this.work.close();
    const { source, writing, reading } = this.connection;
    if (reading !== writing) reading.close();
    writing.pragma('wal_checkpoint(TRUNCATE)');
    await source.destroy();
    this.options.folder?.release();
  }
}
