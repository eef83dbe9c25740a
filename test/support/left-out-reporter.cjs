/** Ends the run with what was left out because a server was missing, and one plain line of figures. */
module.exports = class LeftOutReporter {
  onRunComplete(_contexts, results) {
    const missing = process.env.PARLEY_TEST_MISSING;
    if (missing) console.log(`\nLeft out, because no server was found: everything that needs ${missing}.`);
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = results;
    const failed = numFailedTests + (numFailedTests === 0 ? numFailedTestSuites : 0);
    console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
  }
};
