import { approvalId, currentStep, type Plan, type State, type Step } from '#libs/workflow/index.js';

export type AgentStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped' | 'cancelled';

/** How far a run has come, agent by agent: what a person wants to see at a glance. */
export interface Standing {
  /** Every agent of the team, from the start. */
  readonly agentStatuses: Readonly<Record<string, AgentStatus>>;
  /** 0–100, never decreasing; 100 only when completed. */
  readonly progress: number;
  /** 1-based place of the furthest agent that has begun; null before the start. */
  readonly currentStep: number | null;
  readonly waiting: readonly { readonly step_id: string; readonly kind: string; readonly id: string }[];
}

export function standingOf(plan: Plan, state: State): Standing {
  const current = plan.nodes.map(({ id }) => currentStep(state, id));
  const furthest = current.findLastIndex((step) => step !== undefined && hasBegun(step));
  return {
    agentStatuses: Object.fromEntries(plan.nodes.map(({ agentId }, index) => [agentId, agentStatus(current[index])])),
    progress: progressOf(plan, state),
    currentStep: furthest === -1 ? null : furthest + 1,
    waiting: Object.values(state.steps).flatMap((step) =>
      step.is === 'parked' ? [{ step_id: step.id, kind: step.why, id: idOf(step, state) }] : [],
    ),
  };
}

/** What it waits for: of people, the approval that they are to decide. */
function idOf({ id, why }: Extract<Step, { is: 'parked' }>, { started }: State): string {
  return why === 'approval' && started ? approvalId(started.executionId, id) : id;
}

/** A node that goes round again was done once: going back never lowers the figure. */
function progressOf(plan: Plan, state: State): number {
  if (state.status === 'completed') return 100;
  const done = new Set(
    Object.values(state.steps).flatMap(({ is, node }) =>
      node !== null && (is === 'succeeded' || is === 'skipped') ? [node] : [],
    ),
  );
  return Math.min(99.9, Math.round((done.size / plan.nodes.length) * 1_000) / 10);
}

function hasBegun(step: Step): boolean {
  return step.is !== 'waiting' && step.is !== 'skipped' && !(step.is === 'cancelled' && step.startedAt === null);
}

function agentStatus(step: Step | undefined): AgentStatus {
  switch (step?.is) {
    case undefined:
    case 'waiting':
      return 'pending';
    case 'running':
    case 'parked':
      return 'running';
    case 'succeeded':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'cancelled':
      return 'cancelled';
  }
}
