export { Audit, type AuditEntry, type AuditedEvent } from './audit.js';
