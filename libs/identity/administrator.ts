import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Clock, newId } from '#libs/kernel/index.js';
import { RenumConfig } from '#libs/platform/config/index.js';
import { Database } from '#libs/platform/database/index.js';
import { emailKey } from './email.js';
import { IdentityAuthenticator } from './identity.authenticator.js';
import { Passwords } from './passwords.js';
import { UsersStore } from './users.store.js';

const DEVELOPMENT_EMAIL = 'admin@renum.local';

/** Who administers this installation. With a password only when one was made here, to be shown once. */
export interface AdministratorRef {
  readonly id: string;
  readonly email: string;
  readonly password?: string;
}

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
  ) {}

  /**
   * Creates the configured administrator or promotes that account. In development without one: `admin@renum.local` with
   * a random password in `admin.json` (mode 0600), which outlives a database that is thrown away. Null where nobody
   * was asked for, or the configured one is missing and has no password to be created with.
   */
  async ensure(): Promise<AdministratorRef | null> {
    const { adminEmail, adminPassword } = this.config.identity;
    const isDevelopment = this.config.environment === 'development';
    const email = adminEmail ?? (isDevelopment ? DEVELOPMENT_EMAIL : null);
    if (email === null) return null;
    const known = await this.users.findByEmail(emailKey(email));
    if (known) return this.#promote(known.id, known.email);
    if (adminPassword) return this.#create(email, adminPassword.reveal());
    if (!isDevelopment) {
      this.#log.warn(`There is no account ${email} yet; set RENUM_ADMIN_PASSWORD to create it as administrator.`);
      return null;
    }
    const kept = this.#kept(email);
    const password = kept ?? randomBytes(18).toString('base64url');
    const created = await this.#create(email, password);
    if (!kept) this.#keep(email, password);
    return { ...created, password };
  }

  async #promote(id: string, email: string): Promise<AdministratorRef> {
    await this.database.work.run((tx) => this.users.change(tx, id, { role: 'admin' }));
    this.authenticator.forgetUser(id);
    return { id, email };
  }

  async #create(email: string, password: string): Promise<AdministratorRef> {
    const passwordHash = await this.passwords.hash(password);
    const id = newId();
    await this.database.work.run((tx) =>
      this.users.insert(tx, {
        id,
        email,
        emailKey: emailKey(email),
        name: 'Administrator',
        role: 'admin',
        passwordHash,
        isActive: true,
        createdAt: this.clock.now(),
        lastLoginAt: null,
      }),
    );
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

  #keep(email: string, password: string): void {
    mkdirSync(this.config.dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(this.#file, `${JSON.stringify({ email, password }, null, 2)}\n`, { mode: 0o600 });
  }
}
