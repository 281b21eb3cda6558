export { type Adoption, adoption } from './adopt.js';
export { type Advance, advance, lateCost, numbered } from './advance.js';
export { agreement, approvalId, approvalOf, isJudged, mayVote } from './approvals.js';
export { holds, numberIn } from './conditions.js';
export { contextOf } from './context.js';
export { type VariableChange, variableChanges } from './context-history.js';
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
export { dataIn, outputOf } from './output.js';
export {
  AGENT_ROLES,
  type AgentRole,
  type Approval,
  type ApprovalDecision,
  type ApprovalMoment,
  type Condition,
  type DeclaredVariable,
  type FailurePolicy,
  type InputPart,
  type Loop,
  type NodeId,
  type NodeInput,
  type OnInterrupted,
  OPERATORS,
  type Operator,
  type Plan,
  type PlanNode,
  REDUCERS,
  RETRYABLE,
  type Reducer,
  type Retryable,
  type RetryPolicy,
  STRATEGIES,
  type StepId,
  type Strategy,
  stepOf,
} from './plan.js';
export { type Cost, costOf, type Price, type PriceTable, priceOf } from './price.js';
export { wantedBy } from './reduce.js';
export { agentResults, type ConditionalResult, type FinalResult, finalResult, type ParallelResult } from './result.js';
export { retryAt } from './retry.js';
export { agentOfVariable, isDeclared, isReadOnly, isStartVariable, longestName, type Scope, scopeOf } from './scope.js';
export type { SentMessage, State, Step, StepFacts, Variable } from './state.js';
export type { StepTurn } from './take-turn.js';
export { nameOf, type ToolOffer, teamTools } from './team-tools.js';
export { usedUpBy } from './used-up.js';
export { currentStep } from './verdict.js';
export { waitsForPeople } from './waits-for-people.js';
