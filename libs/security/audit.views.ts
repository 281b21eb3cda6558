import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Invalid, type JsonObject, type Page } from '#libs/kernel/index.js';
import { LongPageQuery } from '#libs/platform/http/index.js';
import type { AuditEventRow } from './audit-event.entity.js';
import type { AuditFilter } from './audit-events.store.js';
import { readEnd, readMoment } from './read-moment.js';

const ACTOR_TYPES = ['user', 'admin', 'system'] as const;

export class AuditQuery extends LongPageQuery {
  /** @example team.created */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  event_type?: string;

  /** @example team */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  entity_type?: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  entity_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  actor_id?: string;

  @IsOptional()
  @IsIn(ACTOR_TYPES)
  actor_type?: (typeof ACTOR_TYPES)[number];

  /** A day or a moment, ISO 8601; without a zone it is UTC. */
  @IsOptional()
  @IsString()
  start_date?: string;

  /** Included: a day up to its end. */
  @IsOptional()
  @IsString()
  end_date?: string;

  /** Throws `Invalid` for dates that are none. */
  static filter(query: AuditQuery): AuditFilter {
    const { page, limit, event_type, entity_type, entity_id, actor_id, actor_type, start_date, end_date } = query;
    return {
      page,
      limit,
      ...(event_type && { eventType: event_type }),
      ...(entity_type && { entityType: entity_type }),
      ...(entity_id && { entityId: entity_id }),
      ...(actor_id && { actorId: actor_id }),
      ...(actor_type && { actorType: actor_type }),
      ...(start_date && { from: momentOf('start_date', readMoment(start_date)) }),
      ...(end_date && { until: momentOf('end_date', readEnd(end_date)) }),
    };
  }
}

function momentOf(field: string, moment: number | null): number {
  if (moment === null) throw new Invalid({ [field]: ['must be a day or a moment in ISO 8601, such as 2026-11-22'] });
  return moment;
}

/** Who did what, when, and from where. */
export class AuditEventView {
  /** Counts up through the whole trail. */
  seq!: number;
  at!: string;
  /** @example team.created */
  event_type!: string;
  /** @example team */
  entity_type!: string;
  entity_id!: string | null;
  actor_type!: (typeof ACTOR_TYPES)[number];
  /** Null for the system, and for callers who did not show who they are. */
  actor_id!: string | null;
  outcome!: 'succeeded' | 'refused';
  ip!: string | null;
  request_id!: string | null;
  details!: JsonObject | null;

  static of(row: AuditEventRow): AuditEventView {
    return {
      seq: row.seq,
      at: new Date(row.at).toISOString(),
      event_type: row.eventType,
      entity_type: row.entityType,
      entity_id: row.entityId,
      actor_type: row.actorType,
      actor_id: row.actorId,
      outcome: row.outcome,
      ip: row.ip,
      request_id: row.requestId,
      details: row.details,
    };
  }
}

export class AuditPageView {
  items!: readonly AuditEventView[];
  total!: number;
  page!: number;
  limit!: number;
  pages!: number;

  static of({ items, ...rest }: Page<AuditEventRow>): AuditPageView {
    return { items: items.map((row) => AuditEventView.of(row)), ...rest };
  }
}
