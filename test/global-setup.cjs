const { chmodSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

/** A folder for what the tests of one run share, and who they all end with. */
module.exports = async () => {
  process.env.RENUM_TEST_RUN = mkdtempSync(path.join(tmpdir(), 'renum-run-'));
  process.env.RENUM_TEST_RUNNER = String(process.pid);
  // Servers in it run as somebody else when the tests run as root.
  chmodSync(process.env.RENUM_TEST_RUN, 0o755);
};
