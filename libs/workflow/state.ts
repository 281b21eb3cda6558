import type {
  Added,
  ExecutionStarted,
  FinalStatus,
  ParkedFor,
  Performance,
  SkipReason,
  StepError,
  StepOutput,
  StepReport,
  Usage,
} from './events.js';
import type { NodeId, StepId } from './plan.js';

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
  readonly cancelling: boolean;
  readonly status: 'pending' | 'running' | FinalStatus;
  readonly error: StepError | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly lastAt: number;
  /** Why this program must not advance the execution; null: it may. */
  readonly unreadable: string | null;
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
}

export type Settled = Extract<Step, { is: 'succeeded' | 'failed' | 'skipped' | 'cancelled' }>;

export function isSettled(step: Step): step is Settled {
  return step.is === 'succeeded' || step.is === 'failed' || step.is === 'skipped' || step.is === 'cancelled';
}

/** One charge per performance: a runner that lost its lease and its successor may both have paid. */
export function chargeKey({ step, attempt, epoch }: Performance): string {
  return `${step}.${attempt}.${epoch}`;
}
