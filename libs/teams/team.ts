import type { Workflow } from '#libs/compiler/index.js';
import type { JsonObject } from '#libs/kernel/index.js';

/** A team as its owner wrote it; the workflow in its normal form. */
export interface Team {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly description: string | null;
  readonly agentIds: readonly string[];
  readonly workflow: Workflow;
  readonly config: JsonObject;
  readonly isActive: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What its owner decides about a team. */
export type TeamDraft = Pick<Team, 'name' | 'description' | 'agentIds' | 'workflow' | 'config'>;
export type TeamChange = Partial<TeamDraft & Pick<Team, 'isActive'>>;

export interface TeamFilter {
  /** Part of the name, in any case. */
  readonly name?: string;
  readonly activeOnly: boolean;
  /** From 1. */
  readonly page: number;
  readonly limit: number;
}
