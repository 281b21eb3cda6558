export { KeyRing, type RingKey } from './key-ring.js';
export { openKeyRing } from './open-key-ring.js';
export { Sealer, type SealPlace } from './sealer.js';
export { SecretsModule } from './secrets.module.js';
