// Loaded into the server that is weighed: says what it holds, garbage not counted.
process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  process.send({ ...process.memoryUsage(), timers: globalThis.waitingTimers?.() ?? null });
});
process.channel.unref();
