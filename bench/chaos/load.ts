import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { AcceptedRun } from './accepted-run.js';
import type { Answer, Client, PublicEvent } from './client.js';
import { Dice } from './dice.js';
import type { Findings } from './findings.js';
import { contextFlaws, flawsOf, messageFlaws, storyOf } from './judges/shown.js';
import type { Team } from './teams.js';

/** So many of a hundred runs are stopped under way. */
const STOPPED_SHARE = 0.08;
const WATCHED_SHARE = 0.5;
const UNKEYED_SHARE = 0.25;
/** Of the runs that are over, and of those that were made from them. */
const REPAIRED_SHARE = 0.2;
const LOOK_AGAIN_MS = 50;
const LONGEST_BEFORE_STOP_MS = 400;

/** A number of users who begin a run, see it end, judge it, repair it, and begin the next, whoever dies meanwhile. */
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

  /** Those too that nobody was told of; what waits for people is not of the load. */
  async #untilNothingIsOpen(impatience: AbortSignal): Promise<void> {
    const teamIds = this.teams.map(({ id }) => id);
    while (!impatience.aborted) {
      const { body } = await this.user.get('/api/v1/executions?status=active&limit=100');
      const open: readonly { readonly team_id: string }[] = body.executions;
      if (!open.some(({ team_id }) => teamIds.includes(team_id))) return;
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #work(dice: Dice): Promise<void> {
    while (!this.#ending) {
      try {
        const team = this.#teamBy(dice.between(1, 100));
        let run = await this.#runOne(team, dice);
        while (run && dice.happens(REPAIRED_SHARE)) run = await this.#repairOne(run, team, dice);
      } catch (error) {
        this.findings.add('broken', error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #runOne(team: Team, dice: Dice): Promise<AcceptedRun | null> {
    const willBeStopped = dice.happens(STOPPED_SHARE);
    const path = `/api/v1/teams/${team.id}/execute`;
    const answer = await this.#ask(path, { initial_prompt: team.prompt }, dice);
    if (!answer) return null;
    const { status, body } = answer;
    if (status !== 200) throw new Error(`A run of ${team.name} was answered ${status}: ${JSON.stringify(body)}`);
    const run = this.#accept(body.execution_id, team.name, team.ends, team.ends);
    if (willBeStopped) void this.#stop(run, dice.between(0, LONGEST_BEFORE_STOP_MS));
    await this.#seeEnd(run, dice);
    return run;
  }

  /** A child of a run that is over, seen to its end; null: there is none, or nobody knows. */
  async #repairOne(parent: AcceptedRun, team: Team, dice: Dice): Promise<AcceptedRun | null> {
    const [how = 'retry'] = dice.shuffled(['retry', 'rerun', 'fork', 'replay'] as const);
    const answer = await this.#ask(`/api/v1/executions/${parent.id}/${how}`, repairBody(how, team, dice), dice);
    if (!answer) return null;
    const { status, body } = answer;
    const isPointless = status === 409 && POINTLESS.includes(body.code);
    if (isPointless) return null;
    if (status !== 201) throw new Error(`${how} of ${parent.id} was answered ${status}: ${JSON.stringify(body)}`);
    const endsAgain = how === 'fork' ? 'completed' : parent.endsAgain;
    const ends = how === 'replay' ? (parent.status ?? '') : endsAgain;
    const child = this.#accept(body.execution_id, `${how} of ${team.name}`, ends, endsAgain);
    await this.#seeEnd(child, dice);
    return child;
  }

  /** With a key it is asked again after a crash: what was committed without an answer is found, not begun twice. */
  async #ask(path: string, body: object, dice: Dice): Promise<Answer | null> {
    if (!dice.happens(UNKEYED_SHARE)) return this.user.post(path, body, { 'idempotency-key': randomUUID() });
    const answer = await this.user.postOnce(path, body);
    if (answer && answer.status !== 503) return answer;
    this.unanswered++;
    return null;
  }

  #accept(id: string, team: string, ends: string, endsAgain: string): AcceptedRun {
    const run = { id, team, ends, endsAgain, stopped: false, status: null, shownAt: [] };
    this.accepted.push(run);
    return run;
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

  async #seeEnd(run: AcceptedRun, dice: Dice): Promise<void> {
    if (dice.happens(WATCHED_SHARE)) await this.#watch(run);
    else await this.#wait(run);
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
    const flaws = [flawsOf(run, events), await this.#contextFlaws(run, events), await this.#messageFlaws(run, events)];
    for (const flaw of flaws.flat()) this.findings.add('broken', `${run.team} ${run.id} ${flaw}: ${storyOf(events)}`);
  }

  async #contextFlaws({ id }: AcceptedRun, events: readonly PublicEvent[]): Promise<readonly string[]> {
    if (!events.some(({ context }) => context)) return [];
    const { body } = await this.user.get(`/api/v1/executions/${id}/context`);
    return contextFlaws(events, body);
  }

  async #messageFlaws({ id }: AcceptedRun, events: readonly PublicEvent[]): Promise<readonly string[]> {
    if (!events.some(({ message }) => message)) return [];
    const { body } = await this.user.get(`/api/v1/executions/${id}/messages?limit=100`);
    return messageFlaws(events, body.items);
  }
}

/** Nothing failed, or nothing may be told again. */
const POINTLESS: readonly string[] = ['execution.nothing-to-retry', 'execution.cancelled-not-replayed'];

/** With other words for the middle agent, the first step once more, or nothing to say. */
function repairBody(how: 'retry' | 'rerun' | 'fork' | 'replay', { agentIds }: Team, dice: Dice): object {
  if (how === 'rerun') return { from_step: 's1' };
  if (how !== 'fork') return {};
  const agent = agentIds[1] ?? agentIds[0] ?? '';
  const says = `mended ${dice.next()}`;
  return { agents: { [agent]: { system_prompt: JSON.stringify({ delayMs: 10, says }) } } };
}
