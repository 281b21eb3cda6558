import { Column, Entity } from 'typeorm';
import type { JsonObject } from '#libs/kernel/index.js';
import { InstantColumn, JsonColumn, SeqColumn, TextColumn } from '#libs/platform/database/index.js';

/** One line of the audit trail. The database refuses to change or delete it. */
@Entity('audit_event')
export class AuditEventRow {
  @SeqColumn() seq!: number;
  @InstantColumn() at!: number;
  @Column({ type: 'varchar', length: 8 }) actorType!: 'user' | 'admin' | 'system';
  /** Null: the system, or somebody who did not show who it is. */
  @TextColumn({ nullable: true }) actorId!: string | null;
  @TextColumn() eventType!: string;
  @TextColumn() entityType!: string;
  @TextColumn({ nullable: true }) entityId!: string | null;
  @Column({ type: 'varchar', length: 16 }) outcome!: 'succeeded' | 'refused';
  /** Of the caller; null where no request stood behind it, as for the next. */
  @TextColumn({ nullable: true }) ip!: string | null;
  @TextColumn({ nullable: true }) requestId!: string | null;
  @JsonColumn({ nullable: true }) details!: JsonObject | null;
}
