import type { EventKind, JournalEvent } from './events.js';
import { type NodeId, type Plan, type PlanNode, type StepId, stepOf } from './plan.js';
import { isStartVariable } from './scope.js';
import { isSettled, type State, type Step } from './state.js';

/*
 * Invariant: what is kept of a run rests on nothing that is not kept. Whatever is run again takes along all that came
 * of it, rounds of loops included; a loop that has gone back and is kept has gone back.
 */

/** Steps that are to be run again, whatever became of them. Null: nothing is, and even failures are kept. */
export type Again = ReadonlySet<StepId> | null;

export interface Kept {
  readonly steps: ReadonlySet<StepId>;
  /** Numbers of the events with which a kept step settled, or a kept loop went back. */
  readonly moments: ReadonlySet<number>;
}

/** What of the run still holds when `again` is run again. `state` is the fold of its whole journal. */
export function keptOf(plan: Plan, journal: readonly JournalEvent[], state: State, again: Again): Kept {
  const steps = new Set<StepId>();
  const moments = new Set<number>();
  const course = new Course(plan);
  for (const { seq, body } of journal) {
    if (body.kind === 'loop-back') {
      const isKept = again === null || course.presentOf(body.loop).every((step) => steps.has(step));
      if (isKept) moments.add(seq);
      course.goBack(body.loop, isKept);
      continue;
    }
    const step = 'step' in body ? state.steps[body.step] : undefined;
    if (!step || step.node === null) continue;
    if (DECIDING.has(body.kind)) course.begin(step);
    if (!SETTLING.has(body.kind) || !isSettled(step) || !course.settle(step)) continue;
    const holds = again === null || (isWell(step) && !again.has(step.id) && course.holds(step, steps));
    if (!holds) continue;
    steps.add(step.id);
    moments.add(seq);
  }
  return { steps, moments };
}

const SETTLING: ReadonlySet<EventKind> = new Set([
  ...(['step-succeeded', 'step-failed', 'step-skipped', 'step-cancelled', 'step-adopted'] as const),
]);
/** With the first of these it was decided what the step receives, or that it receives nothing. */
const DECIDING: ReadonlySet<EventKind> = new Set([...SETTLING, 'step-started', 'approval-requested']);

/** What was left out for a reason of its own is a result too; what was left out because of a failure is not. */
function isWell(step: Step): boolean {
  return step.is === 'succeeded' || (step.is === 'skipped' && step.reason !== 'stopped');
}

/** How the run went, as far as it has been read. */
class Course {
  readonly #nodes: ReadonlyMap<NodeId | null, PlanNode>;
  readonly #rounds = new Map<NodeId, number>();
  readonly #settled = new Set<StepId>();
  readonly #restsOn = new Map<StepId, readonly StepId[]>();
  /** Opened by loops whose going back is not kept. */
  readonly #lost = new Set<StepId>();

  constructor(private readonly plan: Plan) {
    this.#nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  }

  presentOf(loop: string): readonly StepId[] {
    return this.#bodyOf(loop).map((node) => this.#present(node));
  }

  goBack(loop: string, isKept: boolean): void {
    for (const node of this.#bodyOf(loop)) {
      this.#rounds.set(node, (this.#rounds.get(node) ?? 1) + 1);
      if (!isKept) this.#lost.add(this.#present(node));
    }
  }

  begin({ id, node: nodeId }: Step): void {
    const node = this.#nodes.get(nodeId);
    if (!node || this.#restsOn.has(id)) return;
    this.#restsOn.set(id, isOpen(node) ? [...this.#settled] : node.after.map((one) => this.#present(one)));
  }

  /** False: it was settled before, and what is said of it now changes nothing. */
  settle({ id }: Step): boolean {
    if (this.#settled.has(id)) return false;
    this.#settled.add(id);
    return true;
  }

  holds({ id }: Step, kept: ReadonlySet<StepId>): boolean {
    return !this.#lost.has(id) && (this.#restsOn.get(id) ?? []).every((one) => kept.has(one));
  }

  #bodyOf(loop: string): readonly NodeId[] {
    return this.plan.loops.find(({ id }) => id === loop)?.body ?? [];
  }

  #present(node: NodeId): StepId {
    return stepOf(node, this.#rounds.get(node) ?? 1);
  }
}

/** Whatever completed before may have decided it: it looks at the latest result, or at variables that anybody sets. */
function isOpen({ conditions, conditionsMayTurn, reference, input }: PlanNode): boolean {
  const parts = input.from === 'combined' ? input.parts : [input];
  const readsContext = parts.some((part) => part.from === 'variable' && !isStartVariable(part.name));
  return conditionsMayTurn || readsContext || (conditions.length > 0 && reference === null);
}
