import { Injectable } from '@nestjs/common';
import { AgentsStore } from './agents.store.js';
import type { RunnerSecrets } from './runner-secrets.js';
import { SealedSecrets } from './sealed-secrets.js';

/** What the address of an agent is called with, read at every call, so that none of it is ever in a run. */
@Injectable()
export class AgentSecrets {
  constructor(
    private readonly agents: AgentsStore,
    private readonly sealed: SealedSecrets,
  ) {}

  /**
   * They belong to the address they were given for: one that has moved elsewhere is not called with them. Throws
   * `SealBroken` or `SealKeyMissing`.
   */
  async for(url: string, userId: string, agentId: string): Promise<RunnerSecrets | 'gone' | 'moved'> {
    const agent = await this.agents.find(userId, agentId);
    if (!agent) return 'gone';
    const { runner } = agent;
    if (runner?.kind !== 'http' || new URL(runner.url).origin !== new URL(url).origin) return 'moved';
    return this.sealed.open(agent);
  }
}
