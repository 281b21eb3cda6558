import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type ActorRef, Clock, type Permission } from '#libs/kernel/index.js';
import { Authenticator, type Credential } from '#libs/platform/http/index.js';
import { AccessTokens, hasTokenShape } from './access-tokens.js';
import { KnownTokens } from './known-tokens.js';
import { permits } from './permissions.js';
import { SessionsStore } from './sessions.store.js';

/** Knows callers by our own tokens. A token seen before is answered at once; only a new one costs a signature and a look. */
@Injectable()
export class IdentityAuthenticator extends Authenticator {
  readonly #known = new KnownTokens();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly sessions: SessionsStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  authenticate({ token }: Credential): ActorRef | null | Promise<ActorRef | null> {
    if (!hasTokenShape(token)) return null;
    const key = hash('sha256', token, 'base64url');
    return this.#known.find(key, this.clock.now()) ?? this.#look(token, key);
  }

  permits(actor: ActorRef, permission: Permission): boolean {
    return permits(actor.role, permission);
  }

  /** After the session's end is committed: its tokens are refused from here on. */
  forgetSession(id: string): void {
    this.#known.forgetSession(id);
  }

  /** After a change of role or standing is committed. */
  forgetUser(id: string): void {
    this.#known.forgetUser(id);
  }

  async #look(token: string, key: string): Promise<ActorRef | null> {
    const claims = await this.tokens.read(token);
    if (!claims) return null;
    const { revocations } = this.#known;
    const actor = await this.sessions.actorOf(claims.sessionId, this.clock.now());
    if (!actor || actor.id !== claims.userId) return null;
    // What was revoked during this look may be what it saw: the next request looks again.
    if (this.#known.revocations === revocations) {
      this.#known.add(key, { actor, sessionId: claims.sessionId, expiresAt: claims.expiresAt });
    }
    return actor;
  }
}
