import { Global, Module } from '@nestjs/common';
import { Audit } from '#libs/platform/audit/index.js';
import { Gate } from '#libs/platform/http/index.js';
import { SharedStoreModule } from '#libs/platform/shared-store/index.js';
import { AuditController } from './audit.controller.js';
import { AuditEventsStore } from './audit-events.store.js';
import { AuditTrail } from './audit-trail.js';
import { RateGate } from './rate.gate.js';

/** Fills the ports `Audit` and `Gate` for every room. Wants `RenumConfig`, `Database` and `Clock` to be global. */
@Global()
@Module({
  imports: [SharedStoreModule],
  controllers: [AuditController],
  providers: [AuditEventsStore, { provide: Audit, useClass: AuditTrail }, { provide: Gate, useClass: RateGate }],
  exports: [Audit, Gate],
})
export class SecurityModule {}
