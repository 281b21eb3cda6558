import { AgentRow } from './agent.entity.js';

export type { AgentStatus } from './agent.entity.js';
export { AgentView } from './agent.views.js';
export { AgentSecrets } from './agent-secrets.js';
export { type AgentSnapshot, RUNNER_KINDS, type RunnerKind, type RunnerTarget } from './agent-snapshot.js';
export { type AgentUse, AgentUses } from './agent-uses.js';
export { AgentsModule } from './agents.module.js';
export { AgentsService, type Revision, type RunnableAgent } from './agents.service.js';
export { type Judged, OutputSchemas } from './output-schemas.js';
export { type RunnerSecrets, signerOf } from './runner-secrets.js';

/** The tables of this room, for whoever opens the database. */
export const agentsEntities = [AgentRow] as const;
