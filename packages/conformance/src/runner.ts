/**
 * What the suite asks of a test runner. vitest gives all under these names, and `node:test` too, with its `after`
 * as `afterAll`. The suite starts no timers of its own, so a test's time limit is the runner's to set.
 */
export interface TestRunner {
  describe(name: string, suite: () => void): unknown;
  test(name: string, run: () => Promise<void>): unknown;
  /** For a behaviour that no guarantee covers. Without it, it becomes a test that does nothing, with the reason in its name. */
  skip?(name: string, reason: string): unknown;
  /** Runs once, after the tests of the `describe` that it stands in. Without it, a last test of each theme does that. */
  afterAll?(run: () => Promise<void>): unknown;
}
