export { type ConfigurationProblem, ConfigurationProblems } from './configuration.errors.js';
export { ConfigurationModule } from './configuration.module.js';
export type { Environment } from './key.js';
export { type ConfigSources, loadConfig } from './load-config.js';
export type { CustomProvider, ModelPrice } from './providers.js';
export { RenumConfig } from './renum-config.js';
export type { RingKey } from './secret.kinds.js';
