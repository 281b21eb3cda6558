import { Global, Module } from '@nestjs/common';
import { Audit } from '#libs/platform/audit/index.js';
import { AuditController } from './audit.controller.js';
import { AuditEventsStore } from './audit-events.store.js';
import { AuditTrail } from './audit-trail.js';

/** Fills the port `Audit` for every room. Wants `Database` and `Clock` to be global. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditEventsStore, { provide: Audit, useClass: AuditTrail }],
  exports: [Audit],
})
export class SecurityModule {}
