import type { ActorRef, Permission } from '#libs/kernel/index.js';

/** How a caller showed who it is. `query` only where the route allows it: addresses end up in logs. */
export interface Credential {
  readonly via: 'bearer' | 'cookie' | 'query';
  readonly token: string;
}

/**
 * Who is calling, and what may they do. Declared here, filled by identity, wired by the apps. `authenticate` is on the
 * path of every request: it answers at once where it can and makes a promise only where it must look something up.
 */
export abstract class Authenticator {
  /** Null for a token that is unknown, expired or revoked; never throws for a bad token. */
  abstract authenticate(credential: Credential): ActorRef | null | Promise<ActorRef | null>;

  abstract permits(actor: ActorRef, permission: Permission): boolean;
}
