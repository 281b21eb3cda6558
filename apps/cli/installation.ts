import { existsSync } from 'node:fs';
import { loadConfig, type RenumConfig } from '#libs/platform/config/index.js';
import { chooseDatabase, type Database, DataFolder, SqliteDatabase } from '#libs/platform/database/index.js';
import { migrations } from '#migrations/index.js';
import { entities } from '../server/entities.js';
import { Failed } from './failure.js';
import type { Terminal } from './terminal.js';

type Place = Pick<Terminal, 'env' | 'cwd'>;

/** What a command works on: the same configuration, data folder and database that a server here would have. */
export class Installation {
  private constructor(
    readonly config: RenumConfig,
    /** Of the embedded database. */
    readonly file: string,
  ) {}

  /** Throws `ConfigurationProblems`, or `Failed` where no database outlives its server. */
  static at({ env, cwd }: Place): Installation {
    const config = loadConfig({ env, cwd });
    const choice = chooseDatabase(config.database.mode === 'ephemeral' ? 'memory:' : undefined, config.dataDir);
    if (choice.mode !== 'embedded')
      throw new Failed(`${choice.reason}, so there is no database that a command could open.`);
    return new Installation(config, choice.file);
  }

  get hasDatabase(): boolean {
    return existsSync(this.file);
  }

  /** The pid of the server that lives here; null if none does. */
  get server(): number | null {
    return DataFolder.holder(this.config.dataDir);
  }

  /** For what may not happen beside a server. Nothing is migrated. Throws `DataFolderInUse`. */
  async alone<T>(use: (database: Database) => Promise<T>): Promise<T> {
    const folder = DataFolder.claim(this.config.dataDir);
    return this.#with(await this.#open({ migrate: false, folder }).catch(releasing(folder)), use);
  }

  /** Beside the server if one lives here. Nothing is migrated, nothing is made. */
  async beside<T>(use: (database: Database) => Promise<T>): Promise<T> {
    if (!this.hasDatabase) throw new Failed(`There is no database yet: ${this.file}`);
    return this.#with(await this.#open({ migrate: false }), use);
  }

  /** With the schema of this release. Where no server lives, the database is made or migrated first. */
  async current<T>(use: (database: Database) => Promise<T>): Promise<T> {
    if (this.server === null) {
      return this.alone(async (database) => {
        await database.migrations.up();
        return use(database);
      });
    }
    return this.beside(async (database) => {
      const changes = await database.migrations.status();
      if (!changes.every(({ appliedAt }) => appliedAt !== null))
        throw new Failed('The running server is of an older release. Restart it first; it migrates the database.');
      return use(database);
    });
  }

  #open(options: { readonly migrate: boolean; readonly folder?: DataFolder }): Promise<Database> {
    return SqliteDatabase.open({ mode: 'embedded', file: this.file }, { entities, migrations, ...options });
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
