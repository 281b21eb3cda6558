import type { ActorRef, JsonObject } from '#libs/kernel/index.js';
import type { NewRow, Tx } from '#libs/platform/database/index.js';

/** What happened to what: before the dot the kind of thing, behind it the past tense. */
export type AuditedEvent = `${string}.${string}`;

export interface AuditEntry {
  /** `system`: nobody asked for it. Null: somebody who did not show who it is. */
  readonly actor: ActorRef | 'system' | null;
  /** `team.created`, `user.login-refused`. */
  readonly did: AuditedEvent;
  /** The id of the thing; null where there is none. */
  readonly to: string | null;
  /** Refused: it was tried, and nothing changed. */
  readonly outcome?: 'succeeded' | 'refused';
  /** Names of fields, ids, counts: what happened, never what was written, and no secret. */
  readonly details?: JsonObject;
}

/**
 * The trail of who did what. Every change of anything writes one line in its own transaction, so that there is never
 * one without the other; where the request came from is added here. Declared here, filled by security, wired by apps.
 */
export abstract class Audit {
  /** Inside a unit of TypeORM calls. */
  abstract record(tx: Tx, entry: AuditEntry): Promise<void>;

  /** For a transaction that another room holds, or a unit without a `tx`: made before it begins. */
  abstract line(entry: AuditEntry): NewRow;

  /** For what changed nothing, such as a refusal: a unit of its own. */
  abstract recordAlone(entry: AuditEntry): Promise<void>;
}
