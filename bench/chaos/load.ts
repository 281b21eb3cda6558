import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Client, PublicEvent } from './client.js';
import { Dice } from './dice.js';
import type { Findings } from './findings.js';
import type { Team } from './teams.js';

/** A run whose acceptance was answered. */
export interface AcceptedRun {
  readonly id: string;
  readonly team: string;
  /** A stop was asked for, and the answer was that it will be. */
  stopped: boolean;
  /** As its last event said; null: not over yet. */
  status: string | null;
  /** The instants of its public events, in their order, as a watcher was shown them. */
  shownAt: readonly number[];
}

/** So many of a hundred runs are stopped under way. */
const STOPPED_SHARE = 0.08;
const WATCHED_SHARE = 0.5;
const UNKEYED_SHARE = 0.25;
const LOOK_AGAIN_MS = 50;
const LONGEST_BEFORE_STOP_MS = 400;

/** A number of users who begin a run, see it end, judge it, and begin the next, whoever dies meanwhile. */
export class Load {
  readonly accepted: AcceptedRun[] = [];
  /** Runs that were asked for without a key, and whose answer a death cut off: they may be there or not. */
  unanswered = 0;
  #ending = false;
  readonly #workers: readonly Promise<void>[];

  constructor(
    private readonly user: Client,
    private readonly teams: readonly Team[],
    private readonly findings: Findings,
    width: number,
    seed: number,
  ) {
    this.#workers = Array.from({ length: width }, (_, index) => this.#work(new Dice(seed + 1 + index)));
  }

  /** Accepted and not over. */
  get open(): readonly AcceptedRun[] {
    return this.accepted.filter(({ status }) => status === null);
  }

  /** Begins no more, and resolves when all are over or the time is. */
  async end(withinMs: number): Promise<void> {
    this.#ending = true;
    const impatience = new AbortController();
    const late = pause(withinMs, undefined, { signal: impatience.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#workers).then(() => this.#untilNothingIsOpen(impatience.signal)), late]);
    impatience.abort();
  }

  /** Those too that nobody was told of. */
  async #untilNothingIsOpen(impatience: AbortSignal): Promise<void> {
    while (!impatience.aborted) {
      const { body } = await this.user.get('/api/v1/executions?status=active&limit=100');
      if (body.executions.length === 0) return;
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #work(dice: Dice): Promise<void> {
    while (!this.#ending) {
      try {
        await this.#runOne(dice);
      } catch (error) {
        this.findings.add('broken', error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #runOne(dice: Dice): Promise<void> {
    const team = this.#teamBy(dice.between(1, 100));
    const willBeStopped = dice.happens(STOPPED_SHARE);
    const answer = await this.#accept(team, dice.happens(UNKEYED_SHARE));
    if (!answer) return;
    const { status, body } = answer;
    if (status !== 200) throw new Error(`A run of ${team.name} was answered ${status}: ${JSON.stringify(body)}`);
    const run: AcceptedRun = { id: body.execution_id, team: team.name, stopped: false, status: null, shownAt: [] };
    this.accepted.push(run);
    if (willBeStopped) void this.#stop(run, dice.between(0, LONGEST_BEFORE_STOP_MS));
    if (dice.happens(WATCHED_SHARE)) await this.#watch(run);
    else await this.#wait(run);
  }

  async #accept({ id, prompt }: Team, isUnkeyed: boolean): Promise<Answer | null> {
    const path = `/api/v1/teams/${id}/execute`;
    const body = { initial_prompt: prompt };
    // With a key it is asked again after a crash: what was committed without an answer is found, not begun twice.
    if (!isUnkeyed) return this.user.post(path, body, { 'idempotency-key': randomUUID() });
    const answer = await this.user.postOnce(path, body);
    if (!answer) this.unanswered++;
    return answer;
  }

  #teamBy(throwOf100: number): Team {
    let sum = 0;
    const team = this.teams.find(({ share }) => {
      sum += share;
      return throwOf100 <= sum;
    });
    if (!team) throw new Error('The shares of the teams do not add up to 100.');
    return team;
  }

  async #stop(run: AcceptedRun, afterMs: number): Promise<void> {
    await pause(afterMs);
    const { status } = await this.user.post(`/api/v1/executions/${run.id}/stop`);
    if (status === 200) run.stopped = true;
    else if (status !== 409) this.findings.add('broken', `The stop of ${run.id} was answered ${status}.`);
  }

  async #wait(run: AcceptedRun): Promise<void> {
    for (;;) {
      const { status, body } = await this.user.get(`/api/v1/executions/${run.id}/result`, { prefer: 'wait=30' });
      if (status === 404) return this.findings.add('lost', `${run.team} ${run.id} was accepted and is not there.`);
      if (status !== 200) throw new Error(`The result of ${run.id} was answered ${status}: ${JSON.stringify(body)}`);
      if (body.status !== 'pending' && body.status !== 'running') break;
    }
    await this.#watch(run);
  }

  async #watch(run: AcceptedRun): Promise<void> {
    const events = await this.user.watch(run.id);
    const last = events.at(-1);
    if (last?.type !== 'execution.finished')
      return this.findings.add('lost', `${run.team} ${run.id} was accepted and has no events.`);
    run.status = last.status ?? '';
    run.shownAt = events.map(({ at }) => Date.parse(at));
    for (const flaw of flawsOf(run, events))
      this.findings.add('broken', `${run.team} ${run.id} ${flaw}: ${storyOf(events)}`);
  }
}

/** What is wrong with a run that is over, as its watcher saw it. */
function flawsOf(run: AcceptedRun, events: readonly PublicEvent[]): readonly string[] {
  const isGapFree = events.every(({ seq }, index) => seq === index + 1);
  const ends = events.filter(({ type }) => type === 'execution.finished').length;
  const wasInterrupted = events.some(({ error }) => error?.code === 'step.interrupted');
  const wasStopped = events.some(({ type }) => type === 'execution.cancelling');
  const expected = wasStopped ? 'cancelled' : 'completed';
  return [
    ...(isGapFree ? [] : ['has a gap in its public numbers']),
    ...(ends === 1 ? [] : [`ended ${ends} times`]),
    ...(run.stopped && !wasStopped ? ['was not stopped'] : []),
    ...(run.status === expected || wasInterrupted ? [] : [`ended as ${run.status}`]),
  ];
}

function storyOf(events: readonly PublicEvent[]): string {
  return events
    .map(({ seq, type, step_id = '', error }) => `${seq} ${type} ${step_id} ${error?.code ?? ''}`.trim())
    .join(', ');
}
