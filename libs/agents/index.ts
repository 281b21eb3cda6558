export {
  AgentRunner,
  type AgentSnapshot,
  type InputText,
  RUNNER_KINDS,
  type RunnerAnswer,
  RunnerFailure,
  type RunnerKind,
  type StepRequest,
  type Watch,
} from './agent-runner.js';
export { AgentsModule } from './agents.module.js';
export { Runners } from './runners.js';
export { SimRunner } from './sim.runner.js';
