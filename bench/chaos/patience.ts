import { randomUUID } from 'node:crypto';
import type { AcceptedRun } from './accepted-run.js';
import type { Client } from './client.js';
import type { Findings } from './findings.js';
import type { Records } from './records.js';
import type { Team } from './teams.js';

/** Runs that wait for a person through all the kills: still there afterwards, and nobody ever had to take them up. */
export class Patience {
  readonly runs: AcceptedRun[] = [];
  readonly #accepting: Promise<void>[] = [];
  #epochs: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly user: Client,
    private readonly team: Team,
    private readonly findings: Findings,
  ) {}

  /** One more, as soon as a server accepts it. */
  begin(): void {
    this.#accepting.push(this.#accept());
  }

  /** Whether each of them still waits, as its owner is shown. */
  async judge(): Promise<void> {
    await Promise.all(this.#accepting);
    for (const { id } of this.runs) {
      const { body } = await this.user.get(`/api/v1/executions/${id}`);
      const [wait, ...others] = body.waiting ?? [];
      if (body.status === 'running' && wait?.kind === 'approval' && wait.id === `${id}.s1` && others.length === 0)
        continue;
      this.findings.add('lost', `${id} does not wait for its person: ${JSON.stringify(body)}`);
    }
  }

  /** Remembers how often each was taken up until now; says how often in all. */
  async remember(records: Records): Promise<number> {
    this.#epochs = await this.#epochsIn(records);
    return [...this.#epochs.values()].reduce((claims, epoch) => claims + epoch - 1, 0);
  }

  /** Since then a server was killed and another one started: only the word of the person had it taken up, once. */
  async judgeClaims(records: Records): Promise<void> {
    for (const [id, epoch] of await this.#epochsIn(records)) {
      const claims = epoch - (this.#epochs.get(id) ?? 0);
      if (claims !== 1) this.findings.add('broken', `${id} waited for a person and was taken up ${claims} times.`);
    }
  }

  async end(): Promise<void> {
    await Promise.all(
      this.runs.map(async (run) => {
        const events = await this.user.watch(run.id);
        run.status = events.at(-1)?.status ?? '';
        run.shownAt = events.map(({ at }) => Date.parse(at));
        if (run.status !== 'completed')
          this.findings.add('broken', `${run.id} was agreed to and ended as ${run.status}.`);
      }),
    );
  }

  async #accept(): Promise<void> {
    const path = `/api/v1/teams/${this.team.id}/execute`;
    const { body } = await this.user.post(path, { initial_prompt: 'Wait.' }, { 'idempotency-key': randomUUID() });
    const { name: team, ends } = this.team;
    const run = { id: body.execution_id, team, ends, endsAgain: ends, stopped: false, status: null, shownAt: [] };
    this.runs.push(run);
  }

  async #epochsIn(records: Records): Promise<ReadonlyMap<string, number>> {
    const rows = await records.all<{ id: string; epoch: number }>(
      'SELECT id, epoch FROM execution WHERE team_id = ?',
      this.team.id,
    );
    return new Map(rows.map(({ id, epoch }) => [id, epoch]));
  }
}
