import { Column, Entity } from 'typeorm';
import type { Role } from '#libs/kernel/index.js';
import { FlagColumn, IdColumn, InstantColumn, TextColumn } from '#libs/platform/database/index.js';

@Entity('user_account')
export class UserRow {
  @IdColumn() id!: string;
  /** As it was sent. */
  @TextColumn() email!: string;
  /** By which it is found and may exist only once. */
  @TextColumn() emailKey!: string;
  @TextColumn() name!: string;
  @Column({ type: 'varchar', length: 16 }) role!: Role;
  /** PHC string: algorithm, parameters, salt and hash. */
  @TextColumn() passwordHash!: string;
  @FlagColumn() isActive!: boolean;
  @InstantColumn() createdAt!: number;
  @InstantColumn({ nullable: true }) lastLoginAt!: number | null;
}
