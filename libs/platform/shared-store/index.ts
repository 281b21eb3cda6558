export { Counters, type NamedQuota } from './counters.js';
export { ProcessCounters } from './process.counters.js';
export { SharedStoreModule } from './shared-store.module.js';
export type { Hit } from './sliding-window.js';
