import type { Database, SchemaStanding } from '#libs/platform/database/index.js';
import type { Finding, Trouble, Verdict } from './core/verdict.js';
import { Dependency } from './dependency.js';

/** Whether the tables are those of this release, and as its changes left them. */
export class SchemaDependency extends Dependency {
  readonly name = 'schema';
  readonly needed = 'to-serve';
  readonly required = 'the tables of this release';
  override readonly intervalMs = 30_000;
  override readonly timeoutMs = 5_000;

  constructor(private readonly database: Database) {
    super();
  }

  async check(): Promise<Finding> {
    try {
      const standing = await this.database.migrations.standing();
      const { pending, newer, drift } = standing;
      const evidence = { pending: pending.join(', '), newer: newer.join(', '), drift: drift.join('; ') };
      return { verdict: verdictOn(standing), found: foundOf(standing), evidence };
    } catch {
      // That the database is away, and why, is told under its own name.
      return { verdict: { status: 'degraded', ...UNREAD }, found: null, evidence: {} };
    }
  }
}

export function verdictOn({ pending, newer, drift }: SchemaStanding): Verdict {
  if (newer.length > 0) return { status: 'degraded', ...changedByNewer(newer) };
  if (pending.length > 0) return { status: 'degraded', ...notYetMade(pending) };
  if (drift.length > 0) return { status: 'degraded', ...changedByHand(drift) };
  return { status: 'up' };
}

function foundOf({ pending, newer, drift }: SchemaStanding): string {
  if (newer.length > 0) return `${newer.length} changes of a newer release`;
  if (pending.length > 0) return `${pending.length} changes are missing`;
  return drift.length > 0 ? `${drift.length} parts are not as they were made` : 'the tables of this release';
}

const UNREAD: Trouble = {
  because: 'The schema cannot be read now.',
  impact: 'It cannot be told whether the tables fit this release.',
  fix: ['See what is said of the database.'],
};

function changedByNewer(names: readonly string[]): Trouble {
  return {
    because: `A newer release has changed the schema: ${names.join(', ')}.`,
    impact: 'Whatever this release does not know of it may fail, and it will not start again on this database.',
    fix: ['Start the newer release instead of this one.', 'Or restore a backup from before its first start.'],
    conflict: true,
  };
}

function notYetMade(names: readonly string[]): Trouble {
  return {
    because: `Changes of the schema are missing: ${names.join(', ')}.`,
    impact: 'Whatever needs them fails.',
    fix: ['Restart the server: it makes them at its start. Or stop it and run: renum migrate up.'],
    conflict: true,
  };
}

function changedByHand(parts: readonly string[]): Trouble {
  return {
    because: `Somebody has changed the schema by hand: ${parts.join('; ')}.`,
    impact: 'What rests on these parts may be slow, or fail, and later changes of the schema may not be possible.',
    fix: ['Undo the change, or restore a backup from before it.'],
  };
}
