import { AsyncLocalStorage } from 'node:async_hooks';
import { type ActorRef, newId } from '#libs/kernel/index.js';

/** What code far from the edge may know of the request it serves. */
export interface RequestContext {
  readonly requestId: string;
  /** Of the caller, behind the proxies that count. */
  readonly address: string;
  actor: ActorRef | null;
  /** Made before the handler ran, kept with the caller's idempotency key, and taken by the first thing it creates. */
  claimedId: string | null;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function inContext(context: RequestContext, run: () => void): void {
  storage.run(context, run);
}

export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/**
 * The id for the thing this request creates. With an Idempotency-Key it is the one claimed for that key, so a service
 * that finds it taken (the process died between commit and answer) returns what is there instead of a second one.
 * Only the first call of a request gets the claimed id; later ones, and calls outside a request, get a new id.
 */
export function newResourceId(): string {
  const context = storage.getStore();
  if (!context?.claimedId) return newId();
  const id = context.claimedId;
  context.claimedId = null;
  return id;
}
