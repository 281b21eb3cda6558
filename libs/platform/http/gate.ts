import type { FastifyReply, onRequestHookHandler } from 'fastify';
import { type ActorRef, AppError } from '#libs/kernel/index.js';

export interface Caller {
  /** Null: nobody we know. */
  readonly actor: ActorRef | null;
  readonly address: string;
}

/** What is said of one call to whoever made it. */
export interface Admission {
  /** As `RateLimit-Policy` says it. */
  readonly policy: string;
  /** As `RateLimit` says it: how many more, and in how many seconds more again. */
  readonly standing: string;
  /** Why the caller may not come in; null: it may. */
  readonly refusal: AppError | null;
}

/**
 * Whether a caller may come in now. Declared here, filled by security, wired by apps. It is on the path of every request
 * and of every socket: it answers at once where it can and makes a promise only where it must look something up.
 */
export abstract class Gate {
  /** Counts the call. Null: nobody counts here. */
  abstract admit(caller: Caller): Admission | null | Promise<Admission | null>;
}

/** Behind identification, so that people are counted and not the office they sit in. */
export function passage(gate: () => Gate): onRequestHookHandler {
  return ({ actor, ip }, reply, proceed) => {
    const admission = gate().admit({ actor, address: ip });
    if (!(admission instanceof Promise)) return proceed(told(admission, reply));
    admission.then((one) => proceed(told(one, reply)), proceed);
  };
}

function told(admission: Admission | null, reply: FastifyReply): AppError | undefined {
  if (!admission) return undefined;
  reply.header('ratelimit-policy', admission.policy).header('ratelimit', admission.standing);
  return admission.refusal ?? undefined;
}
