import { describeStore } from "@holdfast/conformance";
import { createStore, HoldfastError } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { LoweredDriver } from "./lowered-driver.ts";

/** The suite's isolation behaviours by name, over stores whose isolation is lowered, as a runner is given them. */
function isolationBehaviours(isolation: "none" | "snapshot"): ReadonlyMap<string, () => Promise<void>> {
  const found = new Map<string, () => Promise<void>>();
  const themes: string[] = [];
  const runner = {
    describe: (name: string, suite: () => void): void => {
      themes.push(name);
      suite();
      themes.pop();
    },
    test: (name: string, run: () => Promise<void>): void => {
      if (themes.at(-1)?.startsWith("isolation:") === true) found.set(name, run);
    },
    afterAll: (): void => undefined,
  };
  const open = (options: object) => createStore({ backend: "lowered", driver: new LoweredDriver(isolation), options });
  describeStore(runner, { name: `a store with isolation ${isolation}`, open });
  return found;
}

/** What a behaviour says of a store: nothing where it holds, or how it was broken. */
async function broken(run: (() => Promise<void>) | undefined): Promise<string | undefined> {
  try {
    await run?.();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Error && !HoldfastError.is(thrown)) return thrown.message;
    throw thrown;
  }
}

describe("where isolation is lowered by hand, the suite sees", () => {
  const none = isolationBehaviours("none");
  const snapshot = isolationBehaviours("snapshot");

  test.each([...none.keys()])("%s", async (name) => {
    const seen = [await broken(none.get(name)), await broken(snapshot.get(name))];
    expect(seen.filter((each) => each !== undefined)).not.toEqual([]);
  });
});
