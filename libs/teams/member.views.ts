import { IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { readInput, type WorkflowInput } from '#libs/compiler/index.js';
import type { Json } from '#libs/kernel/index.js';
import { ReadBy } from '#libs/platform/http/index.js';
import { AGENT_ROLES, type AgentRole } from '#libs/workflow/index.js';
import type { MemberChange } from './team-members.js';

/** Any of the fields; what is absent or null has a default, or stays as it is. */
export class ChangeMemberBody {
  @IsOptional()
  @IsIn(AGENT_ROLES)
  role?: AgentRole | null;

  @IsOptional()
  @IsInt()
  @Min(Number.MIN_SAFE_INTEGER)
  @Max(Number.MAX_SAFE_INTEGER)
  execution_order?: number | null;

  /** @as InputView | null */
  @ReadBy((sent, path, refuse) => (sent === null ? sent : readInput(sent, path, refuse)))
  input?: WorkflowInput | null;

  /** @as ConditionView[] | null */
  @ReadBy((sent) => sent)
  conditions?: Json;

  /** Seconds per attempt. */
  @IsOptional()
  @IsNumber()
  timeout?: number | null;

  /** As in the workflow of the team. */
  @ReadBy((sent) => sent)
  retry_config?: Json;

  static change({ role, execution_order, input, conditions, timeout, retry_config }: ChangeMemberBody): MemberChange {
    return {
      ...(role != null && { role }),
      ...(execution_order != null && { execution_order }),
      ...(input != null && { input }),
      ...(conditions != null && { conditions }),
      ...(timeout != null && { timeout }),
      ...(retry_config != null && { retry_config }),
    };
  }
}

export class AddMemberBody extends ChangeMemberBody {
  @IsString()
  @Length(1, 200)
  agent_id!: string;
}
