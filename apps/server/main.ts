import { enableCompileCache, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';

// This file runs as dist/apps/server/main.js.
const built = join(import.meta.dirname, '..', '..');
// Half of the time to the first answer is compiling JavaScript: everything else is imported after this line.
enableCompileCache(join(built, '.cache'));
// Of our files alone; the flag of the same name also keeps the maps of every library, a tenth of an idle server.
setSourceMapsSupport(true);
// Importing `node:http` reads all its exports, and these three are getters that load the whole client behind `fetch`: 13 MB
// and 35 ms of every start, for classes that everybody takes from the globals.
for (const unused of ['WebSocket', 'CloseEvent', 'MessageEvent'])
  Reflect.defineProperty(process.getBuiltinModule('node:http'), unused, { value: undefined, enumerable: true });

const { liveAndDie } = await import('./life.js');
const { giveBack } = await import('./give-back.js');
const { serve } = await import('./serve.js');
await liveAndDie(process, join(built, '..'), (around) => serve({ ...around, whenLoaded: giveBack }));
