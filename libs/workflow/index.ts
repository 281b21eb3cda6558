export { type Adoption, adoption } from './adopt.js';
export { type Advance, advance, lateCost, numbered } from './advance.js';
export { agreement, approvalOf, isJudged, mayVote } from './approvals.js';
export { type CompileOptions, compile } from './compile.js';
export { contextOf } from './context.js';
export { type VariableChange, variableChanges } from './context-history.js';
export { type Diagnosis, diagnose } from './diagnose.js';
export type {
  AgentFacts,
  Diagnostic,
  Obstacle,
  Severity,
  WorkflowFacts,
} from './diagnostic.js';
export {
  type Added,
  type Adopted,
  type AgentMessage,
  type ApprovalDecided,
  type ApprovalRequested,
  type Decision,
  type EventBody,
  type EventKind,
  type ExecutionStarted,
  type FinalStatus,
  JOURNAL_FORMAT,
  type JournalEvent,
  MESSAGE_TYPES,
  type MessageType,
  type Note,
  type Outcome,
  type ParkedFor,
  type Parking,
  type Performance,
  PUBLIC_NAME,
  publicNameOf,
  type RecordedTurn,
  type RepairKind,
  type SkipReason,
  type StepError,
  type StepOutput,
  type StepReport,
  type ToolCall,
  type ToolResult,
  type ToolUse,
  type Turn,
  type Usage,
  type Vote,
} from './events.js';
export { fold, foldAll, UNBORN } from './fold.js';
export { type InputText, inputOf, type ResolvedInput } from './input.js';
export type { Again } from './keep.js';
export { defaultInput, executionOrder, normalise } from './normalise.js';
export { type Edge, type Outline, outlineOf } from './outline.js';
export { dataIn, outputOf } from './output.js';
export {
  AGENT_ROLES,
  type AgentRole,
  type Approval,
  type ApprovalDecision,
  type ApprovalMoment,
  type Condition,
  type FailurePolicy,
  type InputPart,
  type Loop,
  type NodeId,
  type NodeInput,
  type OnInterrupted,
  type Operator,
  type Plan,
  type PlanNode,
  type Reducer,
  type Retryable,
  type RetryPolicy,
  type StepId,
  type Strategy,
  stepOf,
} from './plan.js';
export { type Cost, costOf, type Price, type PriceTable, priceOf } from './price.js';
export { type Complain, readInput, readWorkflow } from './read-workflow.js';
export { agentResults, type ConditionalResult, type FinalResult, finalResult, type ParallelResult } from './result.js';
export type { SentMessage, State, Step, StepFacts, Variable } from './state.js';
export { estimatedTokens } from './step-sizes.js';
export type { StepTurn } from './take-turn.js';
export { nameOf, type ToolOffer, teamTools } from './team-tools.js';
export { usedUpBy } from './used-up.js';
export { currentStep } from './verdict.js';
export { waitsForPeople } from './waits-for-people.js';
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
