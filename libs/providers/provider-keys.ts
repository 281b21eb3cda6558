import { Injectable } from '@nestjs/common';
import { type ActorRef, Clock, type JsonObject, newId, type Secret } from '#libs/kernel/index.js';
import { Audit } from '#libs/platform/audit/index.js';
import { type Tx, UnitOfWork, type Write } from '#libs/platform/database/index.js';
import { newResourceId } from '#libs/platform/http/index.js';
import { Sealer, type SealPlace } from '#libs/platform/secrets/index.js';
import { type KeyChanges, MOST_KEYS, serviceKeyOf } from './key-changes.js';
import type { ProviderKeyRow } from './provider-key.entity.js';
import { KeyLimitReached, KeyNotFound } from './provider-key.errors.js';
import { type KeyHolder, ProviderKeysStore } from './provider-keys.store.js';
import { Providers } from './providers.js';

export interface ProviderKey {
  readonly secret: Secret;
  readonly type: 'user_provided' | 'renum_native';
}

/** A key as its owner may see it again: everything but the key. */
export type KeptKey = Pick<ProviderKeyRow, 'id' | 'userId' | 'serviceName' | 'createdAt' | 'updatedAt'>;

/** For whom a step runs. */
export interface KeyAsker {
  readonly userId: string;
  readonly teamId: string;
  readonly executionId: string;
}

/**
 * The keys with which steps call providers. Users give theirs for all they run, for one team or for one execution; they
 * are sealed before they reach the database, each to its holder and service, and opened for one call at a time.
 */
@Injectable()
export class ProviderKeys {
  constructor(
    private readonly store: ProviderKeysStore,
    private readonly providers: Providers,
    private readonly sealer: Sealer,
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /**
   * The key a step runs with: the execution's, else the team's, else the user's, else the server's; null: there is none.
   * Throws `SealBroken` or `SealKeyMissing` for one that cannot be opened: no other takes its place unasked.
   */
  async keyFor({ userId, teamId, executionId }: KeyAsker, provider: string): Promise<ProviderKey | null> {
    const holders: readonly KeyHolder[] = [
      { kind: 'execution', id: executionId, userId },
      { kind: 'team', id: teamId, userId },
      { kind: 'user', id: userId, userId },
    ];
    const found = await this.store.find(holders, serviceKeyOf(provider));
    const own = holders.flatMap(({ kind }) => found.filter(({ holder }) => holder === kind))[0];
    if (own) return { secret: this.sealer.open(own.sealed, placeOf(own)), type: 'user_provided' };
    const secret = this.providers.serverKeyOf(provider);
    return secret ? { secret, type: 'renum_native' } : null;
  }

  /** As `keyFor` for a run of the team (null: of none yet), for several providers, and nothing is opened. */
  async haveKeysFor(userId: string, teamId: string | null, providers: readonly string[]): Promise<ReadonlySet<string>> {
    const holders: readonly KeyHolder[] = [
      { kind: 'user', id: userId, userId },
      ...(teamId === null ? [] : [{ kind: 'team', id: teamId, userId } as const]),
    ];
    const kept = await Promise.all(holders.map((holder) => this.store.list(holder)));
    const services = new Set(kept.flat().map(({ serviceKey }) => serviceKey));
    return new Set(providers.filter((name) => services.has(serviceKeyOf(name)) || this.providers.serverKeyOf(name)));
  }

  /** The user's own, by the name of their service. */
  list(actor: ActorRef): Promise<readonly KeptKey[]> {
    return this.store.list(ofUser(actor));
  }

  /** Takes the place of the key that was there for this service. Throws `KeyLimitReached`. */
  keep(actor: ActorRef, service: string, key: Secret): Promise<KeptKey> {
    const id = newResourceId();
    return this.work.run(async (tx) => {
      const kept = await this.#keep(tx, actor, ofUser(actor), service, key, id);
      await this.#checkCount(tx, ofUser(actor));
      return kept;
    });
  }

  /** Nothing of it stays. Throws `KeyNotFound`. */
  remove(actor: ActorRef, service: string): Promise<KeptKey> {
    return this.work.run(async (tx) => {
      const removed = await this.#remove(tx, actor, ofUser(actor), service);
      if (!removed) throw new KeyNotFound();
      return removed;
    });
  }

  /** Keeps, replaces and removes keys of a holder in the caller's unit. Throws `KeyLimitReached`. */
  async change(tx: Tx, actor: ActorRef, holder: KeyHolder, changes: KeyChanges): Promise<void> {
    for (const [service, key] of changes) {
      if (key) await this.#keep(tx, actor, holder, service, key, newId());
      else await this.#remove(tx, actor, holder, service);
    }
    if (changes.size > 0) await this.#checkCount(tx, holder);
  }

  /** Removes all keys of a holder that goes, in the caller's unit. */
  forget(tx: Tx, holder: KeyHolder): Promise<void> {
    return this.store.forget(tx, holder);
  }

  /** What a unit must write so that a holder who is made in it has these keys. */
  writesFor(holder: KeyHolder, changes: KeyChanges): readonly Write[] {
    return [...changes].flatMap(([service, key]) =>
      key ? this.store.insertion(this.#sealed(holder, service, key, newId())) : [],
    );
  }

  /** What a unit must write so that no key of a holder stays. May be written again. */
  erasureOf(holder: KeyHolder): Write {
    return this.store.removal(holder);
  }

  async #keep(tx: Tx, actor: ActorRef, holder: KeyHolder, service: string, key: Secret, id: string): Promise<KeptKey> {
    const row = this.#sealed(holder, service, key, id);
    const { serviceName, sealed, updatedAt } = row;
    const before = await this.store.findIn(tx, holder, row.serviceKey);
    if (before) await this.store.replace(tx, before.id, { serviceName, sealed, updatedAt });
    else await this.store.insert(tx, row);
    const kept = before ? Object.assign(before, { serviceName, updatedAt }) : row;
    await this.audit.record(tx, { actor, did: 'api-key.stored', to: kept.id, details: told(kept) });
    return kept;
  }

  async #remove(tx: Tx, actor: ActorRef, holder: KeyHolder, service: string): Promise<KeptKey | null> {
    const row = await this.store.findIn(tx, holder, serviceKeyOf(service));
    if (!row) return null;
    await this.store.remove(tx, row.id);
    await this.audit.record(tx, { actor, did: 'api-key.deleted', to: row.id, details: told(row) });
    return row;
  }

  async #checkCount(tx: Tx, holder: KeyHolder): Promise<void> {
    if ((await this.store.count(tx, holder)) > MOST_KEYS) throw new KeyLimitReached();
  }

  #sealed({ kind, id: holderId, userId }: KeyHolder, serviceName: string, key: Secret, id: string): ProviderKeyRow {
    const now = this.clock.now();
    const kept = { holder: kind, holderId, userId, serviceName, serviceKey: serviceKeyOf(serviceName) };
    return { ...kept, id, sealed: this.sealer.seal(key, placeOf(kept)), createdAt: now, updatedAt: now };
  }
}

function ofUser({ id }: ActorRef): KeyHolder {
  return { kind: 'user', id, userId: id };
}

/** For the audit trail. */
function told({ holder, holderId, serviceName }: ProviderKeyRow): JsonObject {
  return { holder, holder_id: holderId, service: serviceName };
}

/** Moved to another holder or service, a key does not open. */
function placeOf(row: Pick<ProviderKeyRow, 'holder' | 'holderId' | 'userId' | 'serviceKey'>): SealPlace {
  const { holder, holderId, userId, serviceKey } = row;
  return { owner: userId, table: 'provider_key', column: 'sealed', record: `${holder} ${holderId} ${serviceKey}` };
}
