import { Injectable } from '@nestjs/common';
import type { Tx } from '#libs/platform/database/index.js';

/** Who refers to an agent, in words for its owner: `the team "Market analysis"`. Asked inside the deleting unit. */
export type AgentUse = (tx: Tx, userId: string, agentId: string) => Promise<readonly string[]>;

/** Rooms above this one that refer to agents say so here at start, and are asked before an agent is deleted. */
@Injectable()
export class AgentUses {
  readonly #uses: AgentUse[] = [];

  add(use: AgentUse): void {
    this.#uses.push(use);
  }

  async of(tx: Tx, userId: string, agentId: string): Promise<readonly string[]> {
    const found = await Promise.all(this.#uses.map((use) => use(tx, userId, agentId)));
    return found.flat();
  }
}
