import { Injectable } from '@nestjs/common';
import { Clock, Invalid, newId, type Role, SystemClock } from '#libs/kernel/index.js';
import { Database } from '#libs/platform/database/index.js';
import { emailKey, isEmail } from './email.js';
import { AccountNotFound, EmailTaken } from './identity.errors.js';
import { passwordProblem } from './password-rules.js';
import { Passwords } from './passwords.js';
import type { UserRow } from './user.entity.js';
import { UsersStore } from './users.store.js';

/** An account as those who administer see it; never its password, not even hashed. */
export type Account = Omit<UserRow, 'passwordHash' | 'emailKey'>;

export interface AccountDraft {
  readonly email: string;
  readonly role: Role;
  readonly password: string;
  /** Default: what stands before the `@`. */
  readonly name?: string;
}

/** Accounts of other people: for administrators only, whose permission the caller has checked. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersStore,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  /** For a program without the framework, such as a command that works beside the server. */
  static on(database: Database): AccountsService {
    return new AccountsService(database, new UsersStore(database), new Passwords(), new SystemClock());
  }

  /** Oldest first. */
  async list(): Promise<readonly Account[]> {
    return (await this.users.list()).map(accountOf);
  }

  /** Costs one password hash. Throws `Invalid` naming `email` or `password`, or `EmailTaken`. */
  async create({ email, role, password, name }: AccountDraft): Promise<Account> {
    const problem = passwordProblem(password, email);
    const errors = {
      ...(!isEmail(email) && { email: ['must be an e-mail address'] }),
      ...(problem && { password: [problem] }),
    };
    if (Object.keys(errors).length > 0) throw new Invalid(errors);
    const user: UserRow = {
      id: newId(),
      email,
      emailKey: emailKey(email),
      name: name ?? email.slice(0, email.lastIndexOf('@')),
      role,
      passwordHash: await this.passwords.hash(password),
      isActive: true,
      createdAt: this.clock.now(),
      lastLoginAt: null,
    };
    await this.database.work.run(async (tx) => {
      if (await this.users.findByEmail(user.emailKey, tx)) throw new EmailTaken();
      await this.users.insert(tx, user);
    });
    return accountOf(user);
  }

  /**
   * Throws `AccountNotFound`. A running server goes by the role that a token had when it first saw it, so the new one
   * counts from that person's next sign-in.
   */
  async setRole(email: string, role: Role): Promise<Account> {
    const user = await this.database.work.run(async (tx) => {
      const found = await this.users.findByEmail(emailKey(email), tx);
      if (!found) throw new AccountNotFound(email);
      await this.users.change(tx, found.id, { role });
      return Object.assign(found, { role });
    });
    return accountOf(user);
  }
}

function accountOf({ passwordHash: _hash, emailKey: _key, ...account }: UserRow): Account {
  return account;
}
