import { dirname } from 'node:path';
import type { EntityManager } from 'typeorm';
import { type DatabaseMode, type DatabaseStanding, type LocalChoice, standing } from './choose-database.js';
import { DatabaseUnusable, ReadBesideUnit } from './database.errors.js';
import { Database, type DatabaseOptions } from './database.js';
import { measureFsync } from './measure-fsync.js';
import { sqliteText, sqliteValue, type Value } from './portable.js';
import { connect, type SqliteConnection } from './sqlite.connection.js';
import { SqliteMigrations } from './sqlite.migrations.js';
import { SqliteUnitOfWork } from './sqlite.unit-of-work.js';
import { type Sql, type Statement, Statements } from './statements.js';
import { onlyReads } from './unit-runner.js';
import { told, Writer } from './writer.js';

/**
 * SQLite, in a file or in memory, with one handle that writes and one that reads. In memory there is only one, and a
 * read may see a unit that is still under way.
 */
export class SqliteDatabase extends Database {
  readonly work: SqliteUnitOfWork;
  /** For stores of this dialect alone: prepared statements, answered at once. */
  readonly reader: Sql;
  readonly migrations: SqliteMigrations;
  #closing: Promise<void> | undefined;

  private constructor(
    private readonly choice: LocalChoice,
    private readonly connection: SqliteConnection,
    private readonly options: DatabaseOptions,
    readonly fsyncMs: number | null,
  ) {
    super();
    const writer = new Writer(connection.writing);
    this.work = new SqliteUnitOfWork(writer, connection.newRunner, options.onBug);
    this.reader = new Statements(connection.reading, Number.POSITIVE_INFINITY, onlyReads);
    this.migrations = new SqliteMigrations(writer, connection.newRunner, options.migrations);
  }

  /** Throws `DatabaseUnusable`, naming place and cause; a file that is not ours stays as it was found. */
  static async open(choice: LocalChoice, options: DatabaseOptions): Promise<SqliteDatabase> {
    try {
      const fsyncMs = choice.mode === 'embedded' ? measureFsync(dirname(choice.file)) : null;
      const connection = await connect(choice, options.entities);
      const database = new SqliteDatabase(choice, connection, options, fsyncMs);
      if (options.migrate ?? true) await database.#migrate();
      return database;
    } catch (error) {
      throw new DatabaseUnusable(choice.mode === 'embedded' ? choice.file : 'in memory', error);
    }
  }

  get mode(): DatabaseMode {
    return this.choice.mode;
  }

  get standing(): DatabaseStanding {
    return standing(this.choice);
  }

  get read(): EntityManager {
    if (this.work.isInside) throw new ReadBesideUnit();
    return this.connection.source.manager;
  }

  get isOpen(): boolean {
    return this.connection.writing.open;
  }

  async find<Row>(text: string, ...values: readonly Value[]): Promise<Row | null> {
    try {
      // Only the caller knows which rows its text has.
      return (this.#reading(text).get(...values.map(sqliteValue)) as Row | undefined) ?? null;
    } catch (error) {
      throw told(error);
    }
  }

  async all<Row>(text: string, ...values: readonly Value[]): Promise<readonly Row[]> {
    try {
      return this.#reading(text).all(...values.map(sqliteValue)) as Row[];
    } catch (error) {
      throw told(error);
    }
  }

  async check(): Promise<void> {
    this.reader.prepared('SELECT 1').get();
  }

  /** Folds the write-ahead log into the file as well. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #reading(text: string): Statement {
    if (this.work.isInside) throw new ReadBesideUnit();
    return this.reader.prepared(sqliteText(text));
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
