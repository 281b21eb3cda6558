import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { AGENT_STATUSES, type AgentRow, type AgentStatus, type AgentTool, type ChosenRunner } from './agent.entity.js';
import { KEPT } from './runner-secrets.js';

export class ToolBody {
  @IsString() @Length(1, 200) name!: string;
  @IsOptional() @IsString() @MaxLength(5_000) description?: string | null;
}

export class RunnerBody {
  /** Left out, the model decides: `sim/…` is simulated, `suna/…` is Suna's, everything else is a language model. */
  @IsIn(['http', 'suna']) kind!: 'http' | 'suna';
  @ValidateIf(({ kind }: RunnerBody) => kind === 'http')
  @IsString()
  @MaxLength(2_048)
  @Matches(/^\S*$/, { message: 'must not hold spaces' })
  url?: string;
  @ValidateIf(({ kind }: RunnerBody) => kind === 'suna') @IsString() @Length(1, 200) agent_id?: string;
  /** Sent with every call: all there shall be, by name. Kept sealed and shown as `***`, which keeps a value when sent back. */
  @IsOptional() @IsObject() headers?: Record<string, string> | null;
  /** Signs every call by Standard Webhooks: `whsec_` and base64, or any other text. Kept sealed and shown as `***`. */
  @IsOptional() @IsString() @MaxLength(1_000) secret?: string | null;
}

export class ConfigurationBody {
  @IsOptional() @IsString() @Length(1, 200) model?: string | null;
  @IsOptional() @IsString() @MaxLength(100_000) system_prompt?: string | null;
  /** What it may use, by name. Left out: all tools of a team; an empty list: none. Names that nobody knows are kept. */
  @IsOptional() @IsArray() @ArrayMaxSize(100) @ValidateNested() @Type(() => ToolBody) tools?: ToolBody[] | null;
  /** The JSON schema that its answers must meet; `null` takes it back. */
  @IsOptional() @IsObject() output_schema?: Record<string, unknown> | null;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => RunnerBody) runner?: RunnerBody | null;
}

/** Flat fields and `configuration` may be mixed; where both speak, `configuration` wins. */
class AgentFieldsBody {
  @IsOptional() @IsString() @MaxLength(5_000) description?: string | null;
  @IsOptional() @IsIn(AGENT_STATUSES) status?: AgentStatus | null;
  @IsOptional() @IsString() @Length(1, 200) model?: string | null;
  @IsOptional() @IsString() @MaxLength(100_000) system_prompt?: string | null;
  /** What it may use, by name. Left out: all tools of a team; an empty list: none. Names that nobody knows are kept. */
  @IsOptional() @IsArray() @ArrayMaxSize(100) @ValidateNested() @Type(() => ToolBody) tools?: ToolBody[] | null;
  /** The JSON schema that its answers must meet; `null` takes it back. */
  @IsOptional() @IsObject() output_schema?: Record<string, unknown> | null;
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConfigurationBody)
  configuration?: ConfigurationBody | null;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  capabilities?: string[] | null;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  knowledge_base_ids?: string[] | null;
  @IsOptional() @IsString() @Length(1, 100) role?: string | null;
}

export class CreateAgentBody extends AgentFieldsBody {
  @IsString() @Length(1, 200) @Matches(/\S/, { message: 'must not be blank' }) name!: string;
}

/** What is absent stays as it is. */
export class ChangeAgentBody extends AgentFieldsBody {
  @IsOptional() @IsString() @Length(1, 200) @Matches(/\S/, { message: 'must not be blank' }) name?: string | null;
}

export class AgentsQuery {
  /** Where the list begins; the answer's `Link` header says where it goes on. */
  @IsInt() @Min(0) @Max(1_000_000_000) offset: number = 0;
}

class RunnerView {
  kind!: 'http' | 'suna';
  url?: string;
  /** By name; every value is `***`. */
  headers?: Readonly<Record<string, string>>;
  /** `***`; absent: calls are not signed. */
  secret?: string;
  agent_id?: string;
}

class ConfigurationView {
  model!: string | null;
  system_prompt!: string;
  /** Empty also where nobody said anything, and all tools of a team may be used. */
  tools!: readonly AgentTool[];
  output_schema?: object;
  runner?: RunnerView;
}

export class AgentView {
  agent_id!: string;
  id!: string;
  name!: string;
  description!: string;
  status!: AgentStatus;
  model!: string | null;
  capabilities!: readonly string[];
  role!: string;
  configuration!: ConfigurationView;
  knowledge_base_ids!: readonly string[];
  knowledge_bases!: readonly object[];
  created_at!: string;
  updated_at!: string;

  static of(agent: AgentRow): AgentView {
    const { id, name, description, status, model, capabilities, role, systemPrompt, tools, outputSchema, runner } =
      agent;
    return {
      agent_id: id,
      id,
      name,
      description,
      status,
      model,
      capabilities,
      role,
      configuration: {
        model,
        system_prompt: systemPrompt,
        tools: tools ?? [],
        ...(outputSchema && { output_schema: outputSchema }),
        ...(runner && { runner: runnerView(runner) }),
      },
      knowledge_base_ids: agent.knowledgeBaseIds,
      knowledge_bases: [],
      created_at: new Date(agent.createdAt).toISOString(),
      updated_at: new Date(agent.updatedAt).toISOString(),
    };
  }
}

/** Two shapes in one: clients look for either. */
export class AgentDeletedView {
  success!: boolean;
  status!: string;
  message!: string;
}

function runnerView(runner: ChosenRunner): RunnerView {
  if (runner.kind === 'suna') return { kind: runner.kind, agent_id: runner.agentId };
  const { kind, url, headers = [], isSigned } = runner;
  return {
    kind,
    url,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [name, KEPT])) }),
    ...(isSigned && { secret: KEPT }),
  };
}
