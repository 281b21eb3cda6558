import { Controller, Get, Query } from '@nestjs/common';
import { pageOf } from '#libs/kernel/index.js';
import { Allow } from '#libs/platform/http/index.js';
import { AuditPageView, AuditQuery } from './audit.views.js';
import { AuditEventsStore } from './audit-events.store.js';

@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly events: AuditEventsStore) {}

  /** What anybody did, newest first. Never what they wrote: only what kind of thing happened to which id. */
  @Get()
  @Allow('audit:read')
  async list(@Query() query: AuditQuery): Promise<AuditPageView> {
    const { page, limit } = query;
    const [items, total] = await this.events.list(AuditQuery.filter(query));
    return AuditPageView.of(pageOf(items, total, page, limit));
  }
}
