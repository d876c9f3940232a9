import { after, describe, test } from "node:test";

import type { TestRunner } from "../runner.ts";

export interface NodeRunnerOptions {
  /** For one behaviour, in milliseconds. */
  readonly timeoutMs: number;
  /** Only tests in whose own or whose theme's name this stands. */
  readonly filter: string | undefined;
}

/** Node's own test runner, as the suite asks for one. */
export function nodeRunner({ timeoutMs, filter = "" }: NodeRunnerOptions): TestRunner {
  let path: readonly string[] = [];
  const isAsked = (name: string): boolean => [...path, name].some((each) => each.includes(filter));
  const settle = { timeout: timeoutMs };
  return {
    describe(name, suite) {
      void describe(name, () => {
        // The outermost name stands over all that there is, so it says nothing about one of them.
        const outer = path;
        path = [...outer, outer.length === 0 ? "" : name];
        suite();
        path = outer;
      });
    },
    test(name, run) {
      if (isAsked(name)) void test(name, settle, () => run());
    },
    skip(name, reason) {
      if (isAsked(name)) void test(name, { skip: reason }, () => undefined);
    },
    afterAll: (run) => after(() => run(), settle),
  };
}
