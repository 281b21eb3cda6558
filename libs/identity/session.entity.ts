import { Entity } from 'typeorm';
import { IdColumn, InstantColumn, TextColumn, WholeColumn } from '#libs/platform/database/index.js';

/** One login. Refresh tokens are not stored: each is derived from the session and its `turn`. */
@Entity('user_session')
export class SessionRow {
  @IdColumn() id!: string;
  @TextColumn() userId!: string;
  /** How often it was refreshed; only the refresh token of this turn is good. */
  @WholeColumn() turn!: number;
  @InstantColumn() turnedAt!: number;
  @InstantColumn() createdAt!: number;
  @InstantColumn() expiresAt!: number;
  @InstantColumn({ nullable: true }) endedAt!: number | null;
}
