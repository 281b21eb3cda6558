export { examplesRefusedBy, type Operation, operationsOf } from './api-document.js';
export { openPage } from './browser.js';
export { type Answer, HttpClient } from './http-client.js';
export { PASSWORD, signUp, simAgent, teamOf } from './people.js';
export { launchServer, SpawnedServer, spawnServer } from './spawn-server.js';
export { startServer, TestServer, type Variables } from './start-server.js';
export { tempFolder } from './temp-folder.js';
export { until } from './until.js';
