import { existsSync } from 'node:fs';
import { loadConfig, type RenumConfig } from '#libs/platform/config/index.js';
import {
  chooseDatabase,
  type Database,
  type DatabaseChoice,
  DatabaseInUse,
  DataFolder,
  DataFolderInUse,
  type LocalChoice,
  openPostgres,
  type PostgresOptions,
  SqliteDatabase,
} from '#libs/platform/database/index.js';
import { migrations } from '#migrations/index.js';
import { entities } from '../server/entities.js';
import { Failed } from './failure.js';
import type { Terminal } from './terminal.js';

type Place = Pick<Terminal, 'env' | 'cwd'>;

/** What a command works on: the same configuration, data folder and database that a server here would have. */
export class Installation {
  private constructor(
    readonly config: RenumConfig,
    private readonly choice: Exclude<DatabaseChoice, { readonly mode: 'ephemeral' }>,
  ) {}

  /** Throws `ConfigurationProblems`, or `Failed` where no database outlives its server. */
  static at({ env, cwd }: Place): Installation {
    const config = loadConfig({ env, cwd });
    const choice = chooseDatabase(config.database.url, config.dataDir);
    if (choice.mode === 'ephemeral')
      throw new Failed(`${choice.reason}, so there is no database that a command could open.`);
    return new Installation(config, choice);
  }

  /** Where the database is: its file, or host, port and name. */
  get place(): string {
    return this.choice.mode === 'embedded' ? this.choice.file : this.choice.place;
  }

  get hasDatabase(): boolean {
    return this.choice.mode === 'postgres' || existsSync(this.choice.file);
  }

  /** For what may not happen beside a server. Nothing is migrated. Throws `DataFolderInUse` or `DatabaseInUse`. */
  async alone<T>(use: (database: Database) => Promise<T>): Promise<T> {
    if (this.choice.mode === 'postgres') return this.#with(await this.#postgres({ claim: { waitMs: 0 } }), use);
    const folder = DataFolder.claim(this.config.dataDir);
    return this.#with(await this.#sqlite(this.choice, folder).catch(releasing(folder)), use);
  }

  /** Beside the server if one lives here. Nothing is migrated, nothing is made. */
  async beside<T>(use: (database: Database) => Promise<T>): Promise<T> {
    if (!this.hasDatabase) throw new Failed(`There is no database yet: ${this.place}`);
    return this.#with(this.choice.mode === 'postgres' ? await this.#postgres() : await this.#sqlite(this.choice), use);
  }

  /**
   * With the schema of this release. Where no server lives, the database is made or migrated first; else `use` is told
   * which one does.
   */
  async current<T>(use: (database: Database, server: string | null) => Promise<T>): Promise<T> {
    const server = await this.#asAlone(use);
    if ('done' in server) return server.done;
    return this.beside(async (database) => {
      const changes = await database.migrations.status();
      if (!changes.every(({ appliedAt }) => appliedAt !== null))
        throw new Failed('The running server is of an older release. Restart it first; it migrates the database.');
      return use(database, server.inUseBy);
    });
  }

  async #asAlone<T>(
    use: (database: Database, server: null) => Promise<T>,
  ): Promise<{ readonly done: T } | { readonly inUseBy: string }> {
    try {
      const done = await this.alone(async (database) => {
        await database.migrations.up();
        return use(database, null);
      });
      return { done };
    } catch (error) {
      if (error instanceof DataFolderInUse) return { inUseBy: `pid ${error.pid}` };
      if (error instanceof DatabaseInUse) return { inUseBy: error.holder };
      throw error;
    }
  }

  #sqlite(choice: LocalChoice, folder?: DataFolder): Promise<Database> {
    return SqliteDatabase.open(choice, { entities, migrations, migrate: false, ...(folder && { folder }) });
  }

  #postgres(claim: Pick<PostgresOptions, 'claim'> = {}): Promise<Database> {
    if (this.choice.mode !== 'postgres') throw new Error('The database is embedded.');
    const patience = { waitMs: 0, onWait: () => undefined };
    return openPostgres(this.choice, { entities, migrations, migrate: false, ...claim }, patience);
  }

  async #with<T>(database: Database, use: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await use(database);
    } finally {
      await database.close();
    }
  }
}

function releasing(folder: DataFolder): (error: unknown) => never {
  return (error) => {
    folder.release();
    throw error;
  };
}
