import { AuditEventRow } from './audit-event.entity.js';

export { AuditTrail } from './audit-trail.js';
export { SecurityModule } from './security.module.js';

/** The tables of this room, for whoever opens the database. */
export const securityEntities = [AuditEventRow] as const;
