import { Injectable } from '@nestjs/common';
import { type ActorRef, Clock, Invalid, newId } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { Database } from '#libs/platform/database/index.js';
import { newResourceId, Unauthenticated } from '#libs/platform/http/index.js';
import { AccessTokens } from './access-tokens.js';
import type { LoginBody, RegisterBody } from './auth.views.js';
import { emailKey, isEmail } from './email.js';
import { IdentityAuthenticator } from './identity.authenticator.js';
import { EmailTaken, LoginRefused, RefreshRefused, RegistrationClosed } from './identity.errors.js';
import { LoginProtection } from './login-protection.js';
import { passwordProblem } from './password-rules.js';
import { Passwords } from './passwords.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsStore } from './sessions.store.js';
import type { UserRow } from './user.entity.js';
import { UsersStore } from './users.store.js';

const LONGEST_SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A login or refresh that succeeded. */
export interface SignedIn {
  readonly user: UserRow;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

@Injectable()
export class AuthService {
  constructor(
    private readonly config: RenumConfig,
    private readonly database: Database,
    private readonly users: UsersStore,
    private readonly sessions: SessionsStore,
    private readonly passwords: Passwords,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly authenticator: IdentityAuthenticator,
    private readonly protection: LoginProtection,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Costs one password hash. May run twice with one idempotency key: the second finds the first one's user. */
  async register(body: RegisterBody, address: string): Promise<UserRow> {
    if (this.config.identity.registration === 'closed') throw new RegistrationClosed();
    if (this.config.limits.rateLimitPerMinute > 0) this.protection.register(address);
    refuseUnfit(body);

    const user: UserRow = {
      id: newResourceId(),
      email: body.email,
      emailKey: emailKey(body.email),
      name: body.name ?? body.display_name ?? body.email.slice(0, body.email.lastIndexOf('@')),
      role: 'user',
      passwordHash: await this.passwords.hash(body.password),
      isActive: true,
      createdAt: this.clock.now(),
      lastLoginAt: null,
    };
    return this.database.work.run(async (tx) => {
      const earlier = await this.users.find(user.id, tx);
      if (earlier) return earlier;
      if (await this.users.findByEmail(user.emailKey, tx)) throw new EmailTaken();
      await this.users.insert(tx, user);
      await this.audit.record(tx, { actor: user, did: 'user.registered', to: user.id });
      return user;
    });
  }

  /** Costs one password hash, for people we do not know as well. Throws `LoginRefused` or `LoginThrottled`. */
  async login({ email, password }: LoginBody, address: string): Promise<SignedIn> {
    const account = emailKey(email);
    await this.#letTry(account, address);
    const user = await this.users.findByEmail(account);
    const isRight = await this.passwords.isRight(password, user?.passwordHash ?? null);
    if (!user || !isRight || !user.isActive) {
      await this.#refused('user.login-refused', user?.id ?? null);
      throw new LoginRefused();
    }
    this.protection.succeeded(account, address);

    const fresh = this.passwords.isOutdated(user.passwordHash) ? await this.passwords.hash(password) : null;
    const now = this.clock.now();
    const session = {
      id: newId(),
      userId: user.id,
      turn: 0,
      turnedAt: now,
      createdAt: now,
      expiresAt: now + this.config.identity.sessionTtlMs,
      endedAt: null,
    };
    await this.database.work.run(async (tx) => {
      await this.sessions.insert(tx, session);
      await this.users.change(tx, user.id, { lastLoginAt: now, ...(fresh && { passwordHash: fresh }) });
      await this.audit.record(tx, { actor: user, did: 'session.opened', to: session.id });
    });
    return this.#signedIn(user, session.id, session.turn, session.expiresAt);
  }

  /** Spends the refresh token. One that was spent before ends its session (`RefreshRefused`). */
  async refresh(token: string): Promise<SignedIn> {
    const claims = this.refreshTokens.read(token);
    if (!claims) throw new RefreshRefused();
    const { sessionTtlMs: ttlMs } = this.config.identity;
    const life = { ttlMs, absoluteMs: Math.max(ttlMs, LONGEST_SESSION_MS) };
    const now = this.clock.now();
    const actor = await this.sessions.actorOf(claims.sessionId, now);
    const to = claims.sessionId;
    const lines = {
      turned: this.audit.line({ actor, did: 'session.refreshed', to }),
      reused: this.audit.line({
        actor: 'system',
        did: 'session.revoked',
        to,
        details: { why: 'refresh token reused' },
      }),
    };
    const turned = await this.sessions.turn(claims.sessionId, claims.turn, now, life, lines);
    if (turned.kind === 'reused') this.authenticator.forgetSession(claims.sessionId);
    if (turned.kind !== 'turned') throw new RefreshRefused();
    const user = await this.users.find(turned.userId);
    if (!user) throw new RefreshRefused();
    return this.#signedIn(user, claims.sessionId, turned.turn, turned.expiresAt);
  }

  /** From here on neither the access tokens nor the refresh token of this session are good. Twice is harmless. */
  async logout(actor: ActorRef): Promise<void> {
    const { sessionId } = actor;
    if (!sessionId) return;
    const line = this.audit.line({ actor, did: 'session.ended', to: sessionId });
    await this.sessions.end(sessionId, this.clock.now(), line);
    this.authenticator.forgetSession(sessionId);
  }

  async me({ id }: ActorRef): Promise<UserRow> {
    const user = await this.users.find(id);
    if (!user) throw new Unauthenticated();
    return user;
  }

  /** Of a flood that is turned away one line a minute tells: the trail must not become the attacker's tool. */
  async #letTry(account: string, address: string): Promise<void> {
    try {
      this.protection.attempt(account, address);
    } catch (error) {
      if (this.protection.isNews(address)) await this.#refused('user.login-throttled', null);
      throw error;
    }
  }

  /** The address that was tried is not kept: people type passwords there. */
  #refused(did: 'user.login-refused' | 'user.login-throttled', to: string | null): Promise<void> {
    return this.audit.recordAlone({ actor: null, did, to, outcome: 'refused' });
  }

  async #signedIn(user: UserRow, sessionId: string, turn: number, expiresAt: number): Promise<SignedIn> {
    const { id: userId, role } = user;
    return {
      user,
      accessToken: await this.accessTokens.sign({ userId, sessionId, role, expiresAt }),
      refreshToken: this.refreshTokens.make({ sessionId, turn }),
      expiresInSeconds: Math.max(0, Math.floor((expiresAt - this.clock.now()) / 1000)),
    };
  }
}

function refuseUnfit({ email, password }: RegisterBody): void {
  const problem = passwordProblem(password, email);
  const errors = {
    ...(!isEmail(email) && { email: ['must be an e-mail address'] }),
    ...(problem && { password: [problem] }),
  };
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
}
