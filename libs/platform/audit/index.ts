export { Audit, type AuditEntry, type AuditedEvent } from './audit.js';
export { changedFields } from './changed-fields.js';
