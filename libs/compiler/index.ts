export { type CompileOptions, compile } from './compile.js';
export { type Diagnosis, diagnose } from './diagnose.js';
export type {
  AgentFacts,
  Diagnostic,
  Obstacle,
  Severity,
  WorkflowFacts,
} from './diagnostic.js';
export { defaultInput, executionOrder, normalise } from './normalise.js';
export { type Edge, type Outline, outlineOf } from './outline.js';
export { type Complain, readInput, readWorkflow } from './read-workflow.js';
export { estimatedTokens } from './step-sizes.js';
export {
  COMBINED_SOURCES,
  INPUT_SOURCES,
  type Problem,
  type Workflow,
  type WorkflowAgent,
  type WorkflowInput,
  type WorkflowSource,
} from './workflow.js';
export type { WorstCase } from './worst-case.js';
