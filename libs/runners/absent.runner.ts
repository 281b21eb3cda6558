import type { RunnerKind } from '#libs/agents/index.js';
import type { StepError } from '#libs/workflow/index.js';
import { AgentRunner, RunnerFailure } from './agent-runner.js';

/** Stands where a runner is still to come: agents of its kind can be saved, their steps fail and say why. */
export class AbsentRunner extends AgentRunner {
  /** What each of their steps fails with. */
  readonly failure: StepError;

  constructor(
    readonly kind: RunnerKind,
    what: string,
  ) {
    super();
    this.failure = {
      code: 'runner.unavailable',
      message: `${what} arrive with a later release; this one runs agents on language models, behind addresses of their own and on sim/ models.`,
    };
  }

  async run(): Promise<never> {
    throw new RunnerFailure(this.failure);
  }
}
