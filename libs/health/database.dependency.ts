import type { Database, DatabaseMode } from '#libs/platform/database/index.js';
import type { Finding, Trouble, Verdict } from './core/verdict.js';
import { Dependency } from './dependency.js';

/** A commit that waits longer for its disk deserves a word to the operator. */
const QUICK_FSYNC_MS = 1;

export class DatabaseDependency extends Dependency {
  readonly name = 'database';
  readonly needed = 'to-serve';
  readonly required: string;

  constructor(
    private readonly database: Database,
    private readonly asked: DatabaseMode,
  ) {
    super();
    this.required = asked;
  }

  async check(): Promise<Finding> {
    const { mode, fsyncMs, durability, work } = this.database;
    const found = { found: mode, evidence: { durability, fsync_ms: rounded(fsyncMs), writes_waiting: work.waiting } };
    try {
      await this.database.check();
      return { verdict: this.#verdict(), ...found };
    } catch (error) {
      return { verdict: unreadable(mode, error), ...found };
    }
  }

  #verdict(): Verdict {
    const { mode, fsyncMs, standing } = this.database;
    if (mode === 'ephemeral') {
      const trouble = inMemory(standing.reason ?? 'It lives in memory.', standing.lost);
      return this.asked === mode ? { status: 'up', advice: trouble } : { status: 'degraded', ...trouble };
    }
    return fsyncMs !== null && fsyncMs > QUICK_FSYNC_MS
      ? { status: 'up', advice: slowDisk(fsyncMs) }
      : { status: 'up' };
  }
}

function unreadable(mode: DatabaseMode, error: unknown): Verdict {
  return {
    status: 'down',
    because: reasonIn(error),
    impact:
      'Nothing can be read or written; every request that needs a record is answered 503. Runs wait and go on by themselves.',
    fix:
      mode === 'postgres'
        ? [
            'Check that PostgreSQL runs and can be reached from this machine with DATABASE_URL.',
            'Look into its log. This server finds it again by itself.',
          ]
        : ['Check that the disk of the data folder is there, not full and readable.', 'Restart the server.'],
  };
}

/** What is behind it: the outermost sentence is for callers, who must not learn of hosts and files. */
function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonIn(error.cause);
}

function inMemory(because: string, lost: readonly string[]): Trouble {
  return {
    because,
    impact: `Lost when the process ends: ${lost.join('; ')}.`,
    fix: ['Leave DATABASE_URL unset and give the server a data folder it can write, to keep everything on disk.'],
  };
}

function slowDisk(fsyncMs: number): Trouble {
  const perSecond = Math.floor(1_000 / fsyncMs);
  return {
    because: `The disk takes ${rounded(fsyncMs)} ms to make a write safe.`,
    impact: `Each commit waits that long: a run of n steps waits n + 1 times, and about ${perSecond} commits fit in a second. Commits that come together share one wait.`,
    fix: ['Put the data folder on a local solid-state disk, not on a network share.'],
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000;
}
