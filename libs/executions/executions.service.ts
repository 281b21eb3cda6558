import { Injectable } from '@nestjs/common';
import { type ExecutionFilter, ExecutionNotFound, type ExecutionRow, Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { foldAll, type JournalEvent, type State } from '#libs/workflow/index.js';
import { Engine } from './engine.js';
import { ExecutionOver } from './execution.errors.js';

/** An execution as it stands: its row and the fold of its journal. */
export interface Standing {
  readonly row: ExecutionRow;
  readonly state: State;
}

/** With the events that made it so. */
export interface Recorded extends Standing {
  readonly events: readonly JournalEvent[];
}

/** What may be asked of and done to executions once they are accepted. All of it only for their owner. */
@Injectable()
export class ExecutionsService {
  constructor(
    private readonly journal: Journal,
    private readonly tail: Tail,
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Throws `ExecutionNotFound`, for foreign executions too. */
  async get(actor: ActorRef, id: string): Promise<Standing> {
    return this.#standing(await this.#own(actor, id));
  }

  /** As `get`, with every event: for what is not asked for every two seconds. */
  async recorded(actor: ActorRef, id: string): Promise<Recorded> {
    const row = await this.#own(actor, id);
    const events = await this.journal.events(row.id);
    return { row, events, state: foldAll(events) };
  }

  async list(actor: ActorRef, filter: ExecutionFilter): Promise<readonly Standing[]> {
    const rows = await this.journal.list(actor.id, filter);
    return Promise.all(rows.map((row) => this.#standing(row)));
  }

  /**
   * `known` as soon as it is terminal, or as it stands after `waitMs`; woken in process. What this process runs is taken
   * from its memory: that is the fold of what it has committed, and the journal need not be read again.
   */
  async whenOver(actor: ActorRef, known: Standing, waitMs: number): Promise<Standing> {
    const { row, state } = known;
    if (state.phase === 'finished') return known;
    const over = this.#watchEnd(row.id, waitMs);
    try {
      // Followed first, and only then looked at: an end in between is not missed.
      const now = this.engine.stateOf(row.id) ?? (await this.get(actor, row.id)).state;
      if (now.phase === 'finished') return { row, state: now };
      const end = await over.happened;
      return end ? { row, state: end } : await this.get(actor, row.id);
    } finally {
      over.forget();
    }
  }

  /** Asks for the end: at once for everybody who watches, and nothing that comes later changes it. May be asked twice. */
  async stop(actor: ActorRef, id: string): Promise<void> {
    const row = await this.#own(actor, id);
    if (isOver(row)) throw new ExecutionOver(row.status);
    if (!(await this.#requestStop(id, actor))) throw new ExecutionOver((await this.#own(actor, id)).status);
  }

  /** Removes it for good; a running one is stopped first. What it used stays counted. */
  async remove(actor: ActorRef, id: string): Promise<void> {
    const row = await this.#own(actor, id);
    if (!isOver(row)) {
      const over = this.#watchEnd(id, LONGEST_STOP_MS);
      try {
        if (await this.#requestStop(id, actor)) await over.happened;
      } finally {
        over.forget();
      }
    }
    const line = this.audit.line({ actor, did: 'execution.deleted', to: id });
    if (!(await this.journal.remove(id, [line]))) throw new ExecutionNotFound();
  }

  /** Stops whatever runs of a team; resolves when every stop is on record. For those who delete the team. */
  async stopOpen(actor: ActorRef, teamId: string, asked: Set<string>): Promise<void> {
    const ids = (await this.journal.openOf(teamId)).filter((id) => !asked.has(id));
    for (const id of ids) asked.add(id);
    await Promise.all(ids.map((id) => this.#requestStop(id, actor)));
  }

  async #requestStop(id: string, actor: ActorRef): Promise<boolean> {
    const note = { kind: 'cancel-requested', by: actor.id, reason: 'Execution cancelled by user' } as const;
    const line = this.audit.line({ actor, did: 'execution.stop-requested', to: id });
    const event = await this.journal.note(id, note, this.clock.now(), [line]).catch(async (cause: unknown) => {
      // It may be on record all the same, and then whoever runs it must look.
      await this.engine.nudge(id);
      throw cause;
    });
    if (!event) return false;
    this.tail.publish(id, [event]);
    await this.engine.nudge(id);
    return true;
  }

  async #own(actor: ActorRef, id: string): Promise<ExecutionRow> {
    const row = await this.journal.find(id);
    if (row?.userId !== actor.id) throw new ExecutionNotFound();
    return row;
  }

  /** However much happened in it, what runs here is at hand. */
  async #standing(row: ExecutionRow): Promise<Standing> {
    return { row, state: this.engine.stateOf(row.id) ?? foldAll(await this.journal.events(row.id)) };
  }

  /** Null when the time is up first. */
  #watchEnd(id: string, waitMs: number): { readonly happened: Promise<State | null>; forget(): void } {
    const { promise, resolve } = Promise.withResolvers<State | null>();
    const forgetTimer = this.clock.after(waitMs, () => resolve(null));
    const unfollow = this.tail.follow(id, {
      events: (events) => {
        if (events.some(({ body }) => body.kind === 'execution-finished')) resolve(this.engine.stateOf(id));
      },
    });
    return {
      happened: promise,
      forget: () => {
        forgetTimer();
        unfollow();
        resolve(null);
      },
    };
  }
}

/** A stop ends a run within the grace of its aborted calls; a second more is for the database. */
const LONGEST_STOP_MS = 2_000;

function isOver({ status }: ExecutionRow): boolean {
  return status !== 'pending' && status !== 'running';
}
