import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { type ActorRef, Clock, newId } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { Database, type Tx } from '#libs/platform/database/index.js';
import { emailKey } from './email.js';
import { IdentityAuthenticator } from './identity.authenticator.js';
import { Passwords } from './passwords.js';
import type { UserRow } from './user.entity.js';
import { UsersStore } from './users.store.js';

const DEVELOPMENT_EMAIL = 'admin@renum.local';

/** Who administers this installation. With a password only when one was made here, to be shown once. */
export interface AdministratorRef {
  readonly id: string;
  readonly email: string;
  readonly password?: string;
  /** Where that one is kept. */
  readonly passwordFile?: string;
}

/** What an installation begins with beside its first account. May await only the database. */
export type Beginning = (tx: Tx, first: ActorRef) => Promise<void>;

/** Makes sure that somebody can administer the house. Runs at every start, before the first request. */
@Injectable()
export class Administrator {
  readonly #log = new Logger('identity');

  constructor(
    private readonly config: RenumConfig,
    private readonly database: Database,
    private readonly users: UsersStore,
    private readonly passwords: Passwords,
    private readonly authenticator: IdentityAuthenticator,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /**
   * Creates the configured administrator or promotes that account. In development without one: `admin@renum.local` with
   * a random password in `admin.json` (mode 0600), which outlives a database that is thrown away. Null where nobody
   * was asked for, or the configured one is missing and has no password to be created with. Where he is the very first
   * account, `beginning` shares his transaction: a crash leaves both or neither.
   */
  async ensure(beginning?: Beginning): Promise<AdministratorRef | null> {
    const { adminEmail, adminPassword } = this.config.identity;
    const isDevelopment = this.config.environment === 'development';
    const email = adminEmail ?? (isDevelopment ? DEVELOPMENT_EMAIL : null);
    if (email === null) return null;
    const known = await this.users.findByEmail(emailKey(email));
    if (known) return this.#promote(known);
    if (adminPassword) return this.#create(email, adminPassword.reveal(), beginning);
    if (!isDevelopment) {
      this.#log.warn(`There is no account ${email} yet; set RENUM_ADMIN_PASSWORD to create it as administrator.`);
      return null;
    }
    const kept = this.#kept(email);
    const password = kept ?? randomBytes(18).toString('base64url');
    // Kept before it counts: a crash in between must not leave an account that nobody can enter.
    const isKept = kept !== null || this.#keep(email, password);
    const created = await this.#create(email, password, beginning);
    return { ...created, password, ...(isKept && { passwordFile: this.#file }) };
  }

  async #promote({ id, email, role }: UserRow): Promise<AdministratorRef> {
    if (role === 'admin') return { id, email };
    await this.database.work.run(async (tx) => {
      await this.users.change(tx, id, { role: 'admin' });
      await this.audit.record(tx, { actor: 'system', did: 'user.promoted', to: id, details: { from: role } });
    });
    this.authenticator.forgetUser(id);
    return { id, email };
  }

  async #create(email: string, password: string, beginning?: Beginning): Promise<AdministratorRef> {
    const passwordHash = await this.passwords.hash(password);
    const id = newId();
    await this.database.work.run(async (tx) => {
      const isFirst = (await this.users.count(tx)) === 0;
      await this.users.insert(tx, {
        id,
        email,
        emailKey: emailKey(email),
        name: 'Administrator',
        role: 'admin',
        passwordHash,
        isActive: true,
        createdAt: this.clock.now(),
        lastLoginAt: null,
      });
      await this.audit.record(tx, { actor: 'system', did: 'user.created', to: id, details: { role: 'admin' } });
      if (isFirst) await beginning?.(tx, { id, email, role: 'admin' });
    });
    return { id, email };
  }

  get #file(): string {
    return join(this.config.dataDir, 'admin.json');
  }

  #kept(email: string): string | null {
    try {
      const kept = JSON.parse(readFileSync(this.#file, 'utf8')) as { email?: unknown; password?: unknown };
      return kept.email === email && typeof kept.password === 'string' ? kept.password : null;
    } catch {
      return null;
    }
  }

  /** Where nothing can be written the records live in memory, and the password is gone with them. */
  #keep(email: string, password: string): boolean {
    try {
      mkdirSync(this.config.dataDir, { recursive: true, mode: 0o700 });
      rmSync(this.#file, { force: true });
      writeFileSync(this.#file, `${JSON.stringify({ email, password }, null, 2)}\n`, { mode: 0o600 });
      return true;
    } catch (error) {
      this.#log.warn(`The password of ${email} could not be kept in a file: ${String(error)}`);
      return false;
    }
  }
}
