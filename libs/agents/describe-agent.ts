import type { AgentRow, AgentTool } from './agent.entity.js';
import type { ChangeAgentBody, CreateAgentBody, ToolBody } from './agent.views.js';

/** What its owner says of an agent; what runs it is `RunnerChoices`' to judge. */
export type AgentFacts = Omit<AgentRow, 'id' | 'userId' | 'createdAt' | 'updatedAt' | 'runner' | 'runnerSecrets'>;

export const UNDESCRIBED: AgentFacts = {
  name: '',
  description: '',
  status: 'active',
  model: null,
  systemPrompt: '',
  tools: null,
  outputSchema: null,
  capabilities: [],
  knowledgeBaseIds: [],
  role: 'member',
};

/**
 * What `body` makes of an agent: what it does not mention stays. Flat fields and `configuration` may be mixed; where
 * both speak, `configuration` does. A `null` is like nothing said, except that model and output schema can be
 * taken back.
 */
export function describeAgent(body: CreateAgentBody | ChangeAgentBody, before: AgentFacts = UNDESCRIBED): AgentFacts {
  const configuration = body.configuration ?? {};
  const tools = configuration.tools ?? body.tools;
  return {
    name: body.name ?? before.name,
    description: body.description ?? before.description,
    status: body.status ?? before.status,
    model: lastWord(before.model, body.model, configuration.model),
    systemPrompt: configuration.system_prompt ?? body.system_prompt ?? before.systemPrompt,
    tools: tools ? tools.map(toolOf) : before.tools,
    outputSchema: lastWord(before.outputSchema, body.output_schema, configuration.output_schema),
    capabilities: body.capabilities ?? before.capabilities,
    knowledgeBaseIds: body.knowledge_base_ids ?? before.knowledgeBaseIds,
    role: body.role ?? before.role,
  };
}

type Said<T> = T | null | undefined;

function lastWord<T>(before: T | null, flat: Said<T>, configured: Said<T>): T | null {
  const said = configured ?? flat;
  if (said !== null && said !== undefined) return said;
  return flat === null || configured === null ? null : before;
}

function toolOf({ name, description }: ToolBody): AgentTool {
  return { name, description: description ?? '' };
}
