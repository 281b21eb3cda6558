// Loaded into the server that is weighed: knows every timer that waits, those included that keep no process alive.
const { createHook } = require('node:async_hooks');

const waiting = new Set();
createHook({
  init: (id, type) => type === 'Timeout' && waiting.add(id),
  destroy: (id) => waiting.delete(id),
}).enable();
globalThis.waitingTimers = () => waiting.size;
