import { Injectable } from '@nestjs/common';
import type { Tx } from '#libs/platform/database/index.js';
import { People, personKey } from '#libs/platform/people/index.js';
import { UsersStore } from './users.store.js';

@Injectable()
export class IdentityPeople extends People {
  constructor(private readonly users: UsersStore) {
    super();
  }

  async idsOf(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const users = await this.users.activeAmong(tx, [...new Set(names.map(personKey))]);
    const ids = new Map(users.flatMap(({ id, emailKey }) => [id, emailKey].map((key) => [key, id] as const)));
    return new Map(names.flatMap((name) => pairOf(name, ids.get(personKey(name)))));
  }
}

function pairOf(name: string, id: string | undefined): readonly (readonly [string, string])[] {
  return id === undefined ? [] : [[name, id]];
}
