import { Injectable } from '@nestjs/common';

/** Reads what was noted and goes on with the execution, here or wherever it is owned. */
export type Nudge = (executionId: string) => Promise<void>;

/** Whoever advances executions says so here at start, and hears of every note that is written for one. */
@Injectable()
export class Nudges {
  readonly #nudges: Nudge[] = [];

  add(nudge: Nudge): void {
    this.#nudges.push(nudge);
  }

  async send(executionId: string): Promise<void> {
    await Promise.all(this.#nudges.map((nudge) => nudge(executionId)));
  }
}
