import { Injectable } from '@nestjs/common';
import { Database } from '#libs/platform/database/index.js';
import { AuditEventRow } from './audit-event.entity.js';

export interface AuditFilter {
  readonly eventType?: string;
  readonly entityType?: string;
  readonly entityId?: string;
  readonly actorId?: string;
  readonly actorType?: AuditEventRow['actorType'];
  /** Milliseconds since 1970; from the first, up to and without the second. */
  readonly from?: number;
  readonly until?: number;
  readonly page: number;
  readonly limit: number;
}

const EXACT = ['eventType', 'entityType', 'entityId', 'actorId', 'actorType'] as const;

@Injectable()
export class AuditEventsStore {
  constructor(private readonly database: Database) {}

  /** Newest first, and how many there are on all pages. */
  list(filter: AuditFilter): Promise<[readonly AuditEventRow[], number]> {
    const { page, limit, from, until } = filter;
    const query = this.database.read
      .createQueryBuilder(AuditEventRow, 'event')
      .orderBy('event.seq', 'DESC')
      .offset((page - 1) * limit)
      .limit(limit);
    for (const name of EXACT) {
      if (filter[name] !== undefined) query.andWhere(`event.${name} = :${name}`, { [name]: filter[name] });
    }
    if (from !== undefined) query.andWhere('event.at >= :from', { from });
    if (until !== undefined) query.andWhere('event.at < :until', { until });
    return query.getManyAndCount();
  }
}
