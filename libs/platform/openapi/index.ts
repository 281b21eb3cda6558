export { DocsModule } from './docs.module.js';
export { Fails, type Refusals, refusalsOf } from './fails.js';
export { Media, mediaOf } from './media.js';
