import type { Database } from '#libs/platform/database/index.js';
import { Sealer } from '#libs/platform/secrets/index.js';
import { ringOf } from '#libs/providers/testing/ring.js';
import { AgentRow } from '../agent.entity.js';
import { AgentSecrets } from '../agent-secrets.js';
import { AgentsStore } from '../agents.store.js';
import { NO_SECRETS, type RunnerSecrets } from '../runner-secrets.js';
import { SealedSecrets } from '../sealed-secrets.js';

/** The agent `a1` of the user `u1`, behind an address of its own. */
export class KeptAgents {
  readonly secrets: AgentSecrets;
  readonly #sealed = new SealedSecrets(new Sealer(ringOf('k1')));

  constructor(private readonly database: Database) {
    this.secrets = new AgentSecrets(new AgentsStore(database), this.#sealed);
  }

  /** In the place of what was kept before. */
  async keep(url: string, secrets: RunnerSecrets = NO_SECRETS): Promise<void> {
    const place = { id: 'a1', userId: 'u1' };
    const row = Object.assign(new AgentRow(), place, {
      ...{ name: 'A', description: '', status: 'active' as const, model: null, systemPrompt: '', role: 'member' },
      ...{ tools: [], capabilities: [], knowledgeBaseIds: [], createdAt: 1, updatedAt: 1 },
      runner: { kind: 'http' as const, url },
      runnerSecrets: this.#sealed.seal(secrets, place),
    });
    await this.database.work.run(async (tx) => {
      await tx.delete(AgentRow, { id: 'a1' });
      await tx.insert(AgentRow, row);
    });
  }
}
