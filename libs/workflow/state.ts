import type { Json } from '#libs/kernel/index.js';
import type {
  Added,
  AgentMessage,
  ExecutionStarted,
  FinalStatus,
  ParkedFor,
  Performance,
  SkipReason,
  StepError,
  StepOrigin,
  StepOutput,
  StepReport,
  ToolResult,
  Turn,
  Usage,
  Vote,
} from './events.js';
import type { ApprovalMoment, NodeId, StepId } from './plan.js';

/** What a journal adds up to. Only `fold` makes one; two processes that read the same events hold the same state. */
export interface State {
  readonly phase: 'unborn' | 'open' | 'finished';
  /** The first event, with the plan; null only while unborn. */
  readonly started: ExecutionStarted | null;
  readonly seq: number;
  readonly publicSeq: number;
  /** Of the owner that wrote last; 1 is the process that accepted the execution. */
  readonly epoch: number;
  /** Every step that ever opened, in the order of its opening. */
  readonly steps: Readonly<Record<StepId, Step>>;
  /** The round each node is in. */
  readonly rounds: Readonly<Record<NodeId, number>>;
  /** How many times each loop has gone back. */
  readonly loops: Readonly<Record<string, number>>;
  /** What each performance of an attempt cost, by `chargeKey`: written twice, counted once. Null: ended, cost unknown. */
  readonly charges: Readonly<Record<string, Usage | null>>;
  /** What agents have set and what was declared with a value; results of agents are found among the steps. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** 1 with the start; + 1 for each change, those that the engine makes (results of agents) included. */
  readonly contextVersion: number;
  /** The step of the plan that succeeded last, in the order of the journal: clocks of two processes may disagree. */
  readonly lastAnswered: StepId | null;
  /** By id, in the order in which they were sent. */
  readonly messages: Readonly<Record<string, SentMessage>>;
  readonly cancelling: boolean;
  readonly status: 'pending' | 'running' | FinalStatus;
  readonly error: StepError | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly lastAt: number;
  /** Why this program must not advance the execution; null: it may. */
  readonly unreadable: string | null;
}

export interface Variable {
  readonly value: Json;
  /** Of the context, with the last change of this variable. */
  readonly version: number;
}

export interface SentMessage extends AgentMessage {
  readonly step: StepId;
  readonly seq: number;
  readonly at: number;
}

/** Everything that waits without work is `parked`; the last four are settled and never change. */
export type Step = StepFacts &
  (
    | { readonly is: 'waiting' }
    | {
        readonly is: 'running';
        readonly attempt: number;
        readonly epoch: number;
        /** How many processes died under this attempt. */
        readonly interruptions: number;
        /** Somebody performs it: false from its interruption to its resumption. */
        readonly performed: boolean;
        readonly report: StepReport | null;
        readonly startedAt: number;
      }
    | {
        readonly is: 'parked';
        readonly attempt: number;
        readonly why: ParkedFor;
        readonly until: number | null;
        /** As of `running`: a pause does not make an attempt that kills its processes a new one. */
        readonly interruptions: number;
        readonly startedAt: number;
        /** People are asked; absent: it waits for something else. */
        readonly approval?: OpenApproval;
      }
    | {
        readonly is: 'succeeded';
        readonly attempt: number;
        readonly output: StepOutput;
        readonly startedAt: number;
        readonly endedAt: number;
      }
    | {
        readonly is: 'failed';
        readonly attempt: number;
        readonly error: StepError;
        readonly startedAt: number;
        readonly endedAt: number;
      }
    | { readonly is: 'skipped'; readonly reason: SkipReason; readonly endedAt: number }
    | {
        readonly is: 'cancelled';
        /** The performance that was cut off and whose cost may still arrive; null: nothing was running. */
        readonly cut: Performance | null;
        readonly startedAt: number | null;
        readonly endedAt: number;
      }
  );

export interface StepFacts {
  readonly id: StepId;
  /** The plan's node; null for a step that an event added. */
  readonly node: NodeId | null;
  readonly round: number;
  readonly agentId: string;
  /** The step whose output sent the work back: appended to the input of the loop's first node. */
  readonly feedbackFrom: StepId | null;
  readonly added: Added | null;
  /** Of its conversation, whichever attempts they were made in; absent: none, or it is over. */
  readonly turns?: readonly OpenTurn[];
  /** The number of the event with which its first attempt began: what was written to its agent earlier is its to read. */
  readonly begunSeq?: number;
  /** What people gave it to work on instead of its input. */
  readonly edited?: string;
  /** It was not run here; absent: it was. */
  readonly from?: StepOrigin;
}

export interface OpenTurn {
  readonly turn: Turn;
  /** In the order of its calls; null: not there yet. */
  readonly results: readonly (ToolResult | null)[];
}

export interface OpenApproval {
  readonly when: ApprovalMoment;
  readonly votes: readonly Vote[];
  /** What people judge; null: they decide before the agent runs. */
  readonly output: StepOutput | null;
  readonly epoch: number;
}

/** What is true of a step whatever becomes of it. */
export function factsOf(step: Step): StepFacts {
  const { id, node, round, agentId, feedbackFrom, added, edited, from, begunSeq } = step;
  return {
    ...{ id, node, round, agentId, feedbackFrom, added },
    ...(edited !== undefined && { edited }),
    ...(from !== undefined && { from }),
    ...(begunSeq !== undefined && { begunSeq }),
  };
}

export type Settled = Extract<Step, { is: 'succeeded' | 'failed' | 'skipped' | 'cancelled' }>;

export function isSettled(step: Step): step is Settled {
  return step.is === 'succeeded' || step.is === 'failed' || step.is === 'skipped' || step.is === 'cancelled';
}

/** One charge per performance and turn: a runner that lost its lease and its successor may both have paid. */
export function chargeKey({ step, attempt, epoch, turnNo }: Performance): string {
  return `${step}.${attempt}.${epoch}${turnNo === undefined ? '' : `.${turnNo}`}`;
}
