const { writeSync } = require('node:fs');

const NEED = / \[needs ([^:]+): ([^\]]+)\]/;

/**
 * The last words of a test run: what was skipped because this machine lacks something (with CI set a failure), and the
 * closing line `N passed, N failed, N skipped`.
 */
module.exports = class ClosingReporter {
  #lacking = new Map();

  onTestResult(_test, { testResults }) {
    for (const { status, ancestorTitles } of testResults) {
      const need = status === 'pending' && NEED.exec(ancestorTitles.join(' '));
      if (!need) continue;
      const known = this.#lacking.get(need[1]) ?? { tests: 0, remedy: need[2] };
      this.#lacking.set(need[1], { ...known, tests: known.tests + 1 });
    }
  }

  onRunComplete(_contexts, results) {
    const broken = results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const lines = [...this.#lacking].map(([name, { tests, remedy }]) => `SKIPPED ${name}: ${tests} tests - ${remedy}`);
    if (broken > 0) lines.push(`BROKEN ${broken} test files did not run`);
    lines.push(`${results.numPassedTests} passed, ${results.numFailedTests + broken} failed, ${skipped} skipped`);
    // Coverage and summary are still to come from jest's own reporters; these lines come last.
    process.once('exit', () => writeSync(1, `\n${lines.join('\n')}\n`));
  }

  getLastError() {
    if (!process.env.CI || this.#lacking.size === 0) return undefined;
    return new Error(`Nothing may be skipped in CI: ${[...this.#lacking.keys()].join(', ')}`);
  }
};
