import { Injectable } from '@nestjs/common';
import { AbsentRunner } from './absent.runner.js';
import type { AgentRunner, AgentSnapshot, RunnerKind } from './agent-runner.js';
import { HttpRunner } from './http.runner.js';
import { LlmRunner } from './llm.runner.js';
import { SimRunner } from './sim.runner.js';

/** One runner of each kind. */
@Injectable()
export class Runners {
  readonly #byKind: Readonly<Record<RunnerKind, AgentRunner>>;

  constructor(sim: SimRunner, llm: LlmRunner, http: HttpRunner) {
    this.#byKind = {
      sim,
      llm,
      http,
      suna: new AbsentRunner('suna', 'Agents of Suna'),
    };
  }

  for(snapshot: AgentSnapshot): AgentRunner {
    return this.#byKind[snapshot.runner];
  }
}
