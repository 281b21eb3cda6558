export {
  AgentRunner,
  type Conversation,
  type InputText,
  type ReceivedMessage,
  type RunnerAnswer,
  RunnerFailure,
  type StepRequest,
  type ToolDefinition,
  type Watch,
} from './agent-runner.js';
export { Runners } from './runners.js';
export { RunnersModule } from './runners.module.js';
export { SimRunner } from './sim.runner.js';
