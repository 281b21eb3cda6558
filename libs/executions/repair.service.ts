import { Injectable } from '@nestjs/common';
import { ExecutionArchived } from '#libs/journal/index.js';
import type { ActorRef } from '#libs/kernel/index.js';
import { type KeyChanges, NO_KEYS, servicesIn } from '#libs/providers/index.js';
import {
  type Again,
  adoption,
  type ExecutionStarted,
  JOURNAL_FORMAT,
  type JournalEvent,
  type RepairKind,
  type State,
} from '#libs/workflow/index.js';
import { Beginnings } from './beginnings.js';
import { CancelledNotReplayed, ExecutionNotOver, NothingToRetry } from './execution.errors.js';
import { ExecutionsService, type Standing } from './executions.service.js';
import type { ForkBody, RerunBody, RetryBody } from './repair.views.js';
import { Revisions } from './revisions.js';
import { stepCalled } from './step-called.js';

/** A run that is over, with the whole of its journal. */
interface Parent {
  readonly events: readonly JournalEvent[];
  readonly state: State;
  readonly started: ExecutionStarted;
}

/** How a child differs from its parent. */
interface Wanted {
  readonly how: RepairKind;
  readonly again: Again;
  readonly keys?: KeyChanges;
  /** What else is frozen of it. */
  readonly changed?: Pick<ExecutionStarted, 'agents' | 'prices'>;
  readonly details?: Readonly<Record<string, string | readonly string[]>>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Executions that are made from others which are over. Each has the plan, the agents and the prices that its parent
 * froze, whatever became of the team since, and a journal of its own that begins with what it takes over: it costs
 * nothing, and outlives its parent. All of them for the owner alone, once committed, and found again by a claimed id.
 */
@Injectable()
export class RepairService {
  constructor(
    private readonly executions: ExecutionsService,
    private readonly beginnings: Beginnings,
    private readonly revisions: Revisions,
  ) {}

  /** Goes on where it failed or was stopped. */
  retry(actor: ActorRef, id: string, { user_api_keys }: RetryBody): Promise<Standing> {
    return this.#child(actor, id, () => ({ how: 'retry', again: NONE, keys: user_api_keys ?? NO_KEYS }));
  }

  /** Runs a step again and all that came of it. */
  rerun(actor: ActorRef, id: string, { from_step, user_api_keys }: RerunBody): Promise<Standing> {
    return this.#child(actor, id, ({ state }) => {
      const again = new Set([stepCalled(from_step, state)]);
      return { how: 'rerun', again, keys: user_api_keys ?? NO_KEYS, details: { from_step } };
    });
  }

  /** As `rerun`, with other models or prompts; from where the changed agents began, unless a step is named. */
  fork(actor: ActorRef, id: string, { from_step, agents, user_api_keys }: ForkBody): Promise<Standing> {
    return this.#child(actor, id, ({ started, state }) => {
      const { ids, ...changed } = this.revisions.of(started, agents);
      const own = Object.values(state.steps).filter(({ node, agentId }) => node !== null && ids.includes(agentId));
      const again = new Set(from_step == null ? own.map((step) => step.id) : [stepCalled(from_step, state)]);
      const details = { agents: ids, ...(from_step != null && { from_step }) };
      return { how: 'fork', again, keys: user_api_keys ?? NO_KEYS, changed, details };
    });
  }

  /** Tells it once more without running anything: it is over as soon as it is there. */
  replay(actor: ActorRef, id: string): Promise<Standing> {
    return this.#child(actor, id, ({ state }) => {
      if (state.status === 'cancelled') throw new CancelledNotReplayed();
      return { how: 'replay', again: null };
    });
  }

  #child(actor: ActorRef, parentId: string, want: (parent: Parent) => Wanted): Promise<Standing> {
    return this.beginnings.once(actor, async (id) => {
      const parent = await this.#parent(actor, parentId);
      const { how, again, keys = NO_KEYS, changed, details } = want(parent);
      const keyServices = servicesIn(keys);
      const { keyServices: _, ...frozen } = parent.started;
      const started: ExecutionStarted = {
        ...frozen,
        ...changed,
        format: JOURNAL_FORMAT,
        executionId: id,
        parent: { executionId: parentId, how },
        ...(keyServices.length > 0 && { keyServices }),
      };
      const { decisions: adopted, isWhole } = adoption(parent.events, started, again);
      if (how === 'retry' && isWhole && parent.state.status === 'completed') throw new NothingToRetry();
      const told = { parent_execution_id: parentId, ...details };
      return this.beginnings.commit(actor, { started, adopted, keys, did: DID[how], details: told });
    });
  }

  async #parent(actor: ActorRef, id: string): Promise<Parent> {
    const { events, state } = await this.executions.recorded(actor, id);
    const { started, phase } = state;
    if (!started) throw new ExecutionArchived();
    if (phase !== 'finished') throw new ExecutionNotOver();
    return { events, state, started };
  }
}

const DID = {
  retry: 'execution.retried',
  rerun: 'execution.rerun',
  fork: 'execution.forked',
  replay: 'execution.replayed',
} as const satisfies Record<RepairKind, string>;
