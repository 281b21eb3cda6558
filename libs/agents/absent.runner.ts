import { AgentRunner, RunnerFailure, type RunnerKind } from './agent-runner.js';

/** Stands where a runner is still to come: agents of its kind can be saved, their steps fail and say why. */
export class AbsentRunner extends AgentRunner {
  constructor(
    readonly kind: RunnerKind,
    private readonly what: string,
  ) {
    super();
  }

  async run(): Promise<never> {
    throw new RunnerFailure({
      code: 'runner.unavailable',
      message: `${this.what} arrive with a later release; this one runs agents on language models, behind addresses of their own and on sim/ models.`,
    });
  }
}
