import { AgentRow } from './agent.entity.js';

export type { AgentStatus } from './agent.entity.js';
export { AgentView } from './agent.views.js';
export {
  AgentRunner,
  type AgentSnapshot,
  type Conversation,
  type InputText,
  type ReceivedMessage,
  RUNNER_KINDS,
  type RunnerAnswer,
  RunnerFailure,
  type RunnerKind,
  type RunnerTarget,
  type StepRequest,
  type ToolDefinition,
  type Watch,
} from './agent-runner.js';
export { type AgentUse, AgentUses } from './agent-uses.js';
export { AgentsModule } from './agents.module.js';
export { AgentsService, type Revision, type RunnableAgent } from './agents.service.js';
export { Runners } from './runners.js';
export { SimRunner } from './sim.runner.js';

/** The tables of this room, for whoever opens the database. */
export const agentsEntities = [AgentRow] as const;
