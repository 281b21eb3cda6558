import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/kernel/index.js';
import { Audit, type AuditEntry } from '#libs/platform/audit/index.js';
import { Database, insertRowAlone, insertRowIn, type NewRow, type Tx } from '#libs/platform/database/index.js';
import { currentRequest } from '#libs/platform/http/index.js';

/** Writes the trail into the database whose changes it records. */
@Injectable()
export class AuditTrail extends Audit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  record(tx: Tx, entry: AuditEntry): Promise<void> {
    return insertRowIn(tx, this.line(entry));
  }

  recordAlone(entry: AuditEntry): Promise<void> {
    return insertRowAlone(this.database.work, this.line(entry));
  }

  line({ actor, did, to, outcome = 'succeeded', details }: AuditEntry): NewRow {
    const request = currentRequest();
    return {
      table: 'audit_event',
      values: {
        at: this.clock.now(),
        actor_type: actor === 'system' ? 'system' : actor?.role === 'admin' ? 'admin' : 'user',
        actor_id: actor === 'system' ? null : (actor?.id ?? null),
        event_type: did,
        entity_type: did.slice(0, did.indexOf('.')),
        entity_id: to,
        outcome,
        ip: request?.address ?? null,
        request_id: request?.requestId ?? null,
        details: details ? JSON.stringify(details) : null,
      },
    };
  }
}
