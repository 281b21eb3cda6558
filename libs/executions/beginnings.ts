import { Injectable } from '@nestjs/common';
import { type ExecutionRow, Journal, Tail } from '#libs/journal/index.js';
import { type ActorRef, Clock, type JsonObject } from '#libs/kernel/index.js';
import { Audit, type AuditedEvent } from '#libs/platform/audit/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { crashPoint, OutcomeUnknown } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { type KeyChanges, ProviderKeys } from '#libs/providers/index.js';
import type { Decision, ExecutionStarted, State } from '#libs/workflow/index.js';
import { beginning } from './beginning.js';
import { Engine } from './engine.js';
import { ExecutionsService, type Standing } from './executions.service.js';
import { executionHolder } from './key-holder.js';

/** All that an execution begins with. */
export interface Beginning {
  readonly started: ExecutionStarted;
  /** What it takes over from another one. */
  readonly adopted?: readonly Decision[];
  /** For this run alone. */
  readonly keys: KeyChanges;
  readonly did: AuditedEvent;
  readonly details?: JsonObject;
}

/** The one way in: whatever an execution comes from, it is accepted here. */
@Injectable()
export class Beginnings {
  constructor(
    private readonly keys: ProviderKeys,
    private readonly journal: Journal,
    private readonly tail: Tail,
    private readonly engine: Engine,
    private readonly clock: Clock,
    private readonly config: RenumConfig,
    private readonly executions: ExecutionsService,
    private readonly audit: Audit,
  ) {}

  /**
   * What `begin` makes under a new id. Called again with the same claimed id (an idempotency key after a crash), it finds
   * the execution that is there, whatever became of what it was made from since.
   */
  async once(actor: ActorRef, begin: (id: string) => Promise<Standing>): Promise<Standing> {
    const id = newResourceId();
    try {
      return await begin(id);
    } catch (refusal) {
      if (refusal instanceof OutcomeUnknown) this.engine.recover(id);
      // Looked for only now: an id that is claimed twice is rare, and every other request would pay for the question.
      if (await this.#isThere(id, refusal)) return this.executions.get(actor, id);
      throw refusal;
    }
  }

  /**
   * Resolves once the execution is committed: from then on it is never lost. Its first steps are in the same
   * transaction, and so are the keys it was given, sealed. Throws `OpenLimitReached` when the user has too many open
   * ones.
   */
  async commit(actor: ActorRef, { started, adopted, keys, did, details }: Beginning): Promise<Standing> {
    const { executionId: id, teamId, keyServices } = started;
    const { events, state, writes } = beginning(started, this.clock.now(), Math.random(), adopted);
    crashPoint('acceptance.before-commit');
    const told = { team_id: teamId, ...(keyServices && { key_services: keyServices }), ...details };
    const line = this.audit.line({ actor, did, to: id, details: told });
    const isOver = state.phase === 'finished';
    const sealed = isOver ? [] : this.keys.writesFor(executionHolder(started), keys);
    const execution = { id, userId: actor.id, teamId, owner: this.engine.owner };
    const also = [line, ...sealed, ...writes];
    await this.journal.begin(execution, events, this.config.limits.concurrentExecutions, also);
    crashPoint('acceptance.committed');
    this.tail.publish(id, events);
    if (!isOver) this.engine.begin(id, state, events);
    return { row: rowOf(actor, started, state), state };
  }

  /** Where nobody can tell, the caller still learns whether trying again may do it twice. */
  async #isThere(id: string, refusal: unknown): Promise<boolean> {
    try {
      return (await this.journal.find(id)) !== null;
    } catch (cause) {
      throw refusal instanceof OutcomeUnknown ? refusal : cause;
    }
  }
}

function rowOf({ id: userId }: ActorRef, { executionId, teamId }: ExecutionStarted, state: State): ExecutionRow {
  const { status, lastAt: createdAt, startedAt, finishedAt } = state;
  return { id: executionId, userId, teamId, status, createdAt, startedAt, finishedAt };
}
