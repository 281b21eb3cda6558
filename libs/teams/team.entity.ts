import { Entity } from 'typeorm';
import { FlagColumn, IdColumn, InstantColumn, TextColumn } from '#libs/platform/database/index.js';

@Entity('team')
export class TeamRow {
  @IdColumn()
  id!: string;

  @TextColumn()
  userId!: string;

  @TextColumn()
  name!: string;

  /** The name as it is searched: in lower case, which databases know for ASCII alone. */
  @TextColumn()
  nameKey!: string;

  @TextColumn({ nullable: true })
  description!: string | null;

  /** JSON, as are the next two; read and written by the store, for both its ways of reading. */
  @TextColumn()
  agentIds!: string;

  @TextColumn()
  workflow!: string;

  @TextColumn()
  config!: string;

  @FlagColumn()
  isActive!: boolean;

  @InstantColumn()
  createdAt!: number;

  @InstantColumn()
  updatedAt!: number;
}
