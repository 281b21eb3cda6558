import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Half of the time to the first answer is compiling JavaScript. Everything else is imported after this line.
enableCompileCache(join(import.meta.dirname, '..', '..', '.cache'));

const { liveAndDie } = await import('./life.js');
const { serve } = await import('./serve.js');
await liveAndDie(process, serve);
