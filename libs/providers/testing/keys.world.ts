import { type Clock, ManualClock } from '#libs/kernel/index.js';
import type { RenumConfig } from '#libs/platform/config/index.js';
import type { Database } from '#libs/platform/database/index.js';
import { testDatabase } from '#libs/platform/database/testing/test-database.js';
import { KeyRing, Sealer } from '#libs/platform/secrets/index.js';
import { AuditTrail } from '#libs/security/index.js';
import { migrations } from '#migrations/index.js';
import { ProviderKeys, Providers, providersEntities } from '../index.js';
import { ProviderKeysStore } from '../provider-keys.store.js';
import { ringOf } from './ring.js';

/** Keys on a database of their own, sealed with a ring of their own. */
export interface KeysWorld {
  readonly providers: Providers;
  readonly keys: ProviderKeys;
  readonly database: Database;
}

export async function keysWorld(config: RenumConfig, clock: Clock = new ManualClock()): Promise<KeysWorld> {
  const database = await testDatabase({ entities: [...providersEntities], migrations });
  return { database, ...keysOn(database, config, ringOf('k1'), clock) };
}

/** The same keys, as a process with this configuration and this ring sees them. */
export function keysOn(
  database: Database,
  config: RenumConfig,
  ring: KeyRing,
  clock: Clock = new ManualClock(),
): Pick<KeysWorld, 'providers' | 'keys'> {
  const providers = new Providers(config);
  const store = new ProviderKeysStore(database);
  return {
    providers,
    keys: new ProviderKeys(store, providers, new Sealer(ring), database.work, clock, new AuditTrail(database, clock)),
  };
}
