import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Tx } from '#libs/platform/database/index.js';
import { UserRow } from './user.entity.js';

@Injectable()
export class UsersStore {
  constructor(private readonly database: Database) {}

  findByEmail(emailKey: string, tx: Tx = this.database.read): Promise<UserRow | null> {
    return tx.findOneBy(UserRow, { emailKey });
  }

  find(id: string, tx: Tx = this.database.read): Promise<UserRow | null> {
    return tx.findOneBy(UserRow, { id });
  }

  /** Those who can sign in and have one of these ids or e-mail keys. */
  activeAmong(tx: Tx, keys: readonly string[]): Promise<UserRow[]> {
    const is = { isActive: true };
    return tx.find(UserRow, {
      where: [
        { ...is, id: In(keys) },
        { ...is, emailKey: In(keys) },
      ],
    });
  }

  /** Oldest first. */
  list(tx: Tx = this.database.read): Promise<UserRow[]> {
    return tx.find(UserRow, { order: { createdAt: 'ASC', id: 'ASC' } });
  }

  count(tx: Tx = this.database.read): Promise<number> {
    return tx.count(UserRow);
  }

  async insert(tx: Tx, user: UserRow): Promise<void> {
    await tx.insert(UserRow, user);
  }

  async change(tx: Tx, id: string, change: Partial<Omit<UserRow, 'id'>>): Promise<void> {
    await tx.update(UserRow, { id }, change);
  }
}
