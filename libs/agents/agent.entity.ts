import { Column, Entity } from 'typeorm';
import { IdColumn, InstantColumn, JsonColumn, JsonValueColumn, TextColumn } from '#libs/platform/database/index.js';

export const AGENT_STATUSES = ['draft', 'active', 'inactive', 'error'] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** What the user lets the agent call; kept as it was named. */
export interface AgentTool {
  readonly name: string;
  readonly description: string;
}

/** A runner that the user chose; without one the model decides. */
export type ChosenRunner =
  | {
      readonly kind: 'http';
      readonly url: string;
      /** The names of what is sent besides; the values are sealed. */
      readonly headers?: readonly string[];
      readonly isSigned?: boolean;
    }
  | { readonly kind: 'suna'; readonly agentId: string };

@Entity('agent')
export class AgentRow {
  @IdColumn() id!: string;
  @Column({ type: 'varchar', length: 36 }) userId!: string;
  @TextColumn() name!: string;
  @TextColumn() description!: string;
  @Column({ type: 'varchar', length: 16 }) status!: AgentStatus;
  @TextColumn({ nullable: true }) model!: string | null;
  @TextColumn() systemPrompt!: string;
  /** What it may use, by name; null: nobody said, so all tools of a team. */
  @JsonValueColumn() tools!: readonly AgentTool[] | null;
  /** The JSON schema that its answers must meet. Not typed as JSON, in whose recursion TypeORM's types do not end. */
  @JsonColumn({ nullable: true }) outputSchema!: object | null;
  @JsonColumn({ nullable: true }) runner!: ChosenRunner | null;
  /** Sealed: the values of headers and the signing secret. */
  @TextColumn({ nullable: true }) runnerSecrets!: string | null;
  @JsonColumn() capabilities!: readonly string[];
  @JsonColumn() knowledgeBaseIds!: readonly string[];
  @TextColumn() role!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}
