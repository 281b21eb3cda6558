import { ProviderKeyRow } from './provider-key.entity.js';

export { contextWindowOf } from './context-windows.js';
export { type KeyChanges, NO_KEYS, readKeys, servicesIn } from './key-changes.js';
export { modelName, type Route } from './model.js';
export { maxOutputTokensOf } from './output-limits.js';
export { type KeyAsker, type ProviderKey, ProviderKeys } from './provider-keys.js';
export type { KeyHolder } from './provider-keys.store.js';
export { type ModelProvider, Providers } from './providers.js';
export { ProvidersModule } from './providers.module.js';
export { noKeyFor, type Serving, servingOf, type Unserved } from './serving.js';

/** The tables of this room, for whoever opens the database. */
export const providersEntities = [ProviderKeyRow] as const;
