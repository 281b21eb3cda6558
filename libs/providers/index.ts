export { modelName, type Route } from './model.js';
export { maxOutputTokensOf } from './output-limits.js';
export { PRICING_VERSION } from './prices.js';
export { type ModelProvider, type ProviderKey, Providers } from './providers.js';
export { ProvidersModule } from './providers.module.js';
