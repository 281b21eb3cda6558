const { existsSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');

/** Ends what the tests of this run shared; after it nothing of them is running or lying around. */
module.exports = async () => {
  const folder = process.env.RENUM_TEST_RUN;
  const keeper = path.join(folder, 'keeper.pid');
  if (existsSync(keeper)) {
    try {
      process.kill(Number(readFileSync(keeper, 'utf8')), 'SIGTERM');
      for (let waited = 0; existsSync(keeper) && waited < 10_000; waited += 20) await pause(20);
    } catch {
      // It is gone already.
    }
  }
  rmSync(folder, { recursive: true, force: true });
};
