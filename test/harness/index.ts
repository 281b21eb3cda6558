import { releaseDatabases } from './database-place.js';

export { examplesRefusedBy, type Operation, operationsOf } from './api-document.js';
export { openPage } from './browser.js';
export { DURABLE, durability, type Variables } from './database-place.js';
export { type Answer, HttpClient } from './http-client.js';
export { PASSWORD, signUp, simAgent, teamOf } from './people.js';
export { launchServer, SpawnedServer, spawnServer } from './spawn-server.js';
export { startServer, TestServer } from './start-server.js';
export { tempFolder } from './temp-folder.js';
export { until } from './until.js';

// The last of all: the servers have ended then.
afterAll(releaseDatabases);
