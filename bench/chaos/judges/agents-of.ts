import type { JournalEvent, StepId } from '#libs/workflow/index.js';

/** Which agent performs which step of a run. */
export class AgentsOf {
  readonly #agents = new Map<StepId, string>();

  constructor(events: readonly JournalEvent[]) {
    for (const { body } of events) {
      if (body.kind === 'execution-started')
        for (const { id, agentId } of body.plan.nodes) this.#agents.set(id, agentId);
      if (body.kind === 'step-added') this.#agents.set(body.step, body.added.agentId);
    }
  }

  /** Rounds of a loop are steps of the same node. */
  get(step: StepId): string | undefined {
    return this.#agents.get(step.split('~')[0] ?? '');
  }
}
