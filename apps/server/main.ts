import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// This file runs as dist/apps/server/main.js.
const built = join(import.meta.dirname, '..', '..');
// Half of the time to the first answer is compiling JavaScript: everything else is imported after this line.
enableCompileCache(join(built, '.cache'));

const { liveAndDie } = await import('./life.js');
const { serve } = await import('./serve.js');
await liveAndDie(process, join(built, '..'), serve);
