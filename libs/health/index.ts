export type { Finding, Need, Trouble, Verdict } from './core/verdict.js';
export { DatabaseDependency } from './database.dependency.js';
export { Dependency } from './dependency.js';
export { DiskDependency } from './disk.dependency.js';
export { HealthModule } from './health.module.js';
export { HealthWatch } from './health-watch.js';
export { Lifecycle } from './lifecycle.js';
export { Release } from './release.js';
export { RuntimeDependency } from './runtime.dependency.js';
