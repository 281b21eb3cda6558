import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { DataFolderInUse, DataFolderUnwritable } from './database.errors.js';
import { type Handle, sqliteCode } from './statements.js';

/** Longer than a look from outside (`DataFolder.holder`) can hold the lock. */
const PATIENCE_MS = 300;

/**
 * The proof that one server lives in a data folder: an exclusive SQLite transaction on `renum.lock`, which the kernel
 * lets go when the process dies, however it dies. Nothing else may open that file: POSIX drops the lock of a process
 * that closes any descriptor of it.
 */
export class DataFolder {
  #lock: Handle | undefined;

  private constructor(
    readonly path: string,
    lock: Handle,
  ) {
    this.#lock = lock;
  }

  /** Creates the folder (mode 0700) if need be and writes `renum.pid`. Throws `DataFolderInUse` or `DataFolderUnwritable`. */
  static claim(dataDir: string): DataFolder {
    const path = resolve(dataDir);
    const lock = openLock(path);
    try {
      lock.exec('BEGIN EXCLUSIVE');
      writePid(path);
    } catch (error) {
      lock.close();
      throw isHeld(error) ? new DataFolderInUse(path, pidIn(path)) : new DataFolderUnwritable(path, error);
    }
    return new DataFolder(path, lock);
  }

  /** The pid of the server that lives there; `null` if nobody does. For commands that work beside a server. */
  static holder(dataDir: string): number | null {
    const path = resolve(dataDir);
    const file = lockFile(path);
    if (!existsSync(file)) return null;

    const lock = new BetterSqlite3(file, { readonly: true, timeout: 0 });
    try {
      lock.prepare('SELECT count(*) FROM sqlite_master').get();
      return null;
    } catch (error) {
      if (isHeld(error)) return pidIn(path);
      throw error;
    } finally {
      lock.close();
    }
  }

  /** Twice is harmless. */
  release(): void {
    if (!this.#lock) return;
    rmSync(pidFile(this.path), { force: true });
    this.#lock.exec('ROLLBACK');
    this.#lock.close();
    this.#lock = undefined;
  }
}

function openLock(path: string): Handle {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return new BetterSqlite3(lockFile(path), { timeout: PATIENCE_MS });
  } catch (error) {
    throw new DataFolderUnwritable(path, error);
  }
}

/** Renamed into place, so that nobody reads half a number. */
function writePid(path: string): void {
  const draft = `${pidFile(path)}.new`;
  writeFileSync(draft, `${process.pid}\n`, { mode: 0o644 });
  renameSync(draft, pidFile(path));
}

function pidIn(path: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile(path), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isHeld(error: unknown): boolean {
  return sqliteCode(error).startsWith('SQLITE_BUSY');
}

function lockFile(path: string): string {
  return join(path, 'renum.lock');
}

function pidFile(path: string): string {
  return join(path, 'renum.pid');
}
