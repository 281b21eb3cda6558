import { Injectable } from '@nestjs/common';
import type { ActorRef } from '#libs/kernel/index.js';

/** Asks every open run of the team to stop that is not among `asked`, adds it there, and resolves once that is written down. */
export type StopRuns = (actor: ActorRef, teamId: string, asked: Set<string>) => Promise<void>;

/** Whoever runs teams says so here at start, and is asked to stop before a team goes. */
@Injectable()
export class TeamRuns {
  readonly #runs: StopRuns[] = [];

  add(stop: StopRuns): void {
    this.#runs.push(stop);
  }

  async stopOpen(actor: ActorRef, teamId: string, asked: Set<string>): Promise<void> {
    await Promise.all(this.#runs.map((stop) => stop(actor, teamId, asked)));
  }
}
