import { Column, Entity } from 'typeorm';
import { IdColumn, InstantColumn, TextColumn } from '#libs/platform/database/index.js';

/** One sealed key of a provider. Nothing in it can be read without the installation's key ring. */
@Entity('provider_key')
export class ProviderKeyRow {
  @IdColumn() id!: string;
  @Column({ type: 'varchar', length: 16 }) holder!: 'user' | 'team' | 'execution';
  @Column({ type: 'varchar', length: 36 }) holderId!: string;
  @Column({ type: 'varchar', length: 36 }) userId!: string;
  /** As its owner wrote it. */
  @TextColumn() serviceName!: string;
  /** As it is looked for: `OpenAI` is `openai`. One of each holder. */
  @TextColumn() serviceKey!: string;
  @TextColumn() sealed!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}
