import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsDefined,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import { readWorkflow, type Workflow } from '#libs/compiler/index.js';
import type { JsonObject, Page } from '#libs/kernel/index.js';
import { PageQuery, ReadBy } from '#libs/platform/http/index.js';
import { type KeyChanges, readKeys } from '#libs/providers/index.js';
import { noBudgetYet } from './not-yet.js';
import type { Team, TeamChange, TeamDraft, TeamFilter } from './team.js';

const NOT_BLANK = { message: 'name must not be blank' };

export class CreateTeamBody {
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, NOT_BLANK)
  name!: string;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  /** Exactly the agents of the workflow, each the caller's own. */
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  agent_ids!: string[];

  /** @as WorkflowView */
  @IsDefined()
  @ReadBy(readWorkflow)
  workflow_definition!: Workflow;

  /**
   * Keys for whatever this team runs, by service: they come before the caller's own. Kept sealed, never shown.
   * @as ServiceKeysView | null
   */
  @IsOptional()
  @ReadBy(readKeys)
  user_api_keys?: KeyChanges | null;

  @IsOptional()
  @IsObject()
  @ReadBy(noBudgetYet)
  team_config?: JsonObject | null;

  static draft(body: CreateTeamBody): TeamDraft {
    return {
      name: body.name,
      description: body.description ?? null,
      agentIds: body.agent_ids,
      workflow: body.workflow_definition,
      config: body.team_config ?? {},
    };
  }
}

/** Any of the fields; what is absent or null stays as it is. */
export class UpdateTeamBody {
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(/\S/, NOT_BLANK)
  name?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string | null;

  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  agent_ids?: string[] | null;

  /** @as WorkflowView | null */
  @ReadBy((sent, path, refuse) => (sent === null ? sent : readWorkflow(sent, path, refuse)))
  workflow_definition?: Workflow | null;

  /**
   * Keys by service: each takes the place of the one that was there, null takes it away, the others stay.
   * @as ServiceKeysView | null
   */
  @ReadBy(readKeys)
  user_api_keys?: KeyChanges | null;

  @IsOptional()
  @IsObject()
  @ReadBy(noBudgetYet)
  team_config?: JsonObject | null;

  @IsOptional()
  @IsBoolean()
  is_active?: boolean | null;

  static change(body: UpdateTeamBody): TeamChange {
    return {
      ...(body.name != null && { name: body.name }),
      ...(body.description != null && { description: body.description }),
      ...(body.agent_ids != null && { agentIds: body.agent_ids }),
      ...(body.workflow_definition != null && { workflow: body.workflow_definition }),
      ...(body.team_config != null && { config: body.team_config }),
      ...(body.is_active != null && { isActive: body.is_active }),
    };
  }
}

export class TeamsQuery extends PageQuery {
  /** Part of the name, in any case. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name_filter?: string;

  @IsBoolean()
  active_only: boolean = true;

  static filter({ page, limit, name_filter, active_only }: TeamsQuery): TeamFilter {
    return { page, limit, activeOnly: active_only, ...(name_filter && { name: name_filter }) };
  }
}

export class TeamView {
  team_id!: string;
  user_id!: string;
  name!: string;

  description!: string | null;

  agent_ids!: readonly string[];

  /** @as WorkflowView */
  workflow_definition!: Workflow;

  team_config!: JsonObject;

  is_active!: boolean;
  created_at!: string;
  updated_at!: string;

  static of(team: Team): TeamView {
    return {
      team_id: team.id,
      user_id: team.userId,
      name: team.name,
      description: team.description,
      agent_ids: team.agentIds,
      workflow_definition: team.workflow,
      team_config: team.config,
      is_active: team.isActive,
      created_at: new Date(team.createdAt).toISOString(),
      updated_at: new Date(team.updatedAt).toISOString(),
    };
  }
}

export class TeamPageView {
  items!: readonly TeamView[];
  total!: number;
  page!: number;
  limit!: number;
  pages!: number;

  static of({ items, ...rest }: Page<Team>): TeamPageView {
    return { items: items.map((team) => TeamView.of(team)), ...rest };
  }
}

export class TeamDeletedView {
  success!: true;
  status!: 'success';
  message!: string;

  static of({ name }: Team): TeamDeletedView {
    return { success: true, status: 'success', message: `Team "${name}" deleted` };
  }
}
