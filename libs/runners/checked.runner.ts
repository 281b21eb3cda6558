import type { OutputSchemas } from '#libs/agents/index.js';
import type { JsonObject } from '#libs/kernel/index.js';
import { AgentRunner, RunnerFailure } from './agent-runner.js';
import { outputInvalid } from './output-demand.js';

/** Holds a runner that knows nothing of schemas to the one of its agent. Its answers are not mended: nobody is asked again. */
export class CheckedRunner extends AgentRunner {
  constructor(
    private readonly inner: AgentRunner,
    private readonly schema: JsonObject,
    private readonly schemas: OutputSchemas,
  ) {
    super();
  }

  get kind(): AgentRunner['kind'] {
    return this.inner.kind;
  }

  async run(...request: Parameters<AgentRunner['run']>): ReturnType<AgentRunner['run']> {
    const answer = await this.inner.run(...request);
    const judged = await this.schemas.judged(this.schema, answer.text, answer.data);
    if (!judged.ok) throw new RunnerFailure(outputInvalid(judged.problems), answer.usage);
    return { ...answer, data: judged.data };
  }
}
