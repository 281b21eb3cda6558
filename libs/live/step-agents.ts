import type { JournalEvent, StepId } from '#libs/workflow/index.js';

/** Which agent performs which step, learnt from events: the plan in the first one, and the steps that were added later. */
export class StepAgents {
  readonly #agents = new Map<string, string>();

  learn(events: readonly JournalEvent[]): void {
    for (const { body } of events) {
      if (body.kind === 'execution-started')
        for (const { id, agentId } of body.plan.nodes) this.#agents.set(id, agentId);
      if (body.kind === 'step-added') this.#agents.set(body.step, body.added.agentId);
    }
  }

  /** Every round of a node (`s2`, `s2~2`) is performed by the agent of the node. */
  readonly of = (step: StepId): string | undefined => this.#agents.get(step.split('~', 1)[0] ?? step);

  /** Whether the event speaks of a step whose agent has not been learnt. */
  misses({ body }: JournalEvent): boolean {
    return 'step' in body && this.of(body.step) === undefined;
  }
}
