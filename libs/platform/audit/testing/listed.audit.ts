import type { NewRow } from '#libs/platform/database/index.js';
import { Audit, type AuditEntry } from '../index.js';

/** What was told, in order, for worlds without a database. Its lines are for no table. */
export class ListedAudit extends Audit {
  readonly entries: AuditEntry[] = [];
  isBroken = false;

  async record(_tx: unknown, entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }

  line(entry: AuditEntry): NewRow {
    this.entries.push(entry);
    return { table: 'nowhere', values: {} };
  }

  async recordAlone(entry: AuditEntry): Promise<void> {
    if (this.isBroken) throw new Error('the disk is full');
    this.entries.push(entry);
  }
}
