import { Injectable } from '@nestjs/common';
import { type AgentSnapshot, OutputSchemas, type RunnerKind } from '#libs/agents/index.js';
import type { StepError } from '#libs/workflow/index.js';
import { AbsentRunner } from './absent.runner.js';
import type { AgentRunner } from './agent-runner.js';
import { CheckedRunner } from './checked.runner.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { SimRunner } from './sim.runner.js';

/** One runner of each kind. */
@Injectable()
export class Runners {
  readonly #byKind: Readonly<Record<RunnerKind, AgentRunner>>;

  constructor(
    sim: SimRunner,
    llm: LlmRunner,
    http: HttpRunner,
    private readonly schemas: OutputSchemas,
  ) {
    this.#byKind = {
      sim,
      llm,
      http,
      suna: new AbsentRunner('suna', 'Agents of Suna'),
    };
  }

  /** Whose answers meet the agent's schema, if it has one: a language model sees to that itself. */
  for({ runner: kind, outputSchema }: AgentSnapshot): AgentRunner {
    const runner = this.#byKind[kind];
    return outputSchema && kind !== 'llm' ? new CheckedRunner(runner, outputSchema, this.schemas) : runner;
  }

  /** What every step of such an agent fails with, because its runner is still to come; null: it is there. */
  absenceOf(snapshot: AgentSnapshot): StepError | null {
    const runner = this.for(snapshot);
    return runner instanceof AbsentRunner ? runner.failure : null;
  }
}
