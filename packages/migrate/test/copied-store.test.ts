import { describeStore } from "@holdfast/conformance";
import type { StoreTarget, TestRunner } from "@holdfast/conformance";
import type { OpenOptions, Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { afterAll, describe, expect, test } from "vitest";

import { copy } from "../src/index.ts";
import { newRecord } from "./sample-model.ts";

const runner: TestRunner = { describe, test, afterAll };
const targets = storesUnderTest();
const seeded = "seeded";

/**
 * What a copy can leave otherwise than a fresh store has it: versions and tombstones, stamps and their order, the indexes,
 * the references, the feed, the epoch row. How a query is read, a value kept or a session closed has nothing to do with it.
 */
const themes: readonly string[] = [
  "records and versions",
  "expectations",
  "restore and tombstones",
  "unique indexes",
  "references",
  "stamps",
  "transactions",
  "changes",
  "tenants",
  "opening again",
  "several stores on one place",
];

/** Told of an empty store: they count all tenants, or set the clock back behind what was copied. */
const ofAnEmptyStore: readonly string[] = [
  "takes its times from the clock that it was opened with",
  "lists the tenants that hold records, by name",
  "has nothing of what was rolled back, refused or undone",
];

/** Registers the chosen themes only. */
function onlyThemes(): TestRunner {
  let depth = 0;
  const registered = new Set<string>();
  const leftOut = new Set<string>();
  test("what is chosen and what is left out stands in the suite", () => {
    expect([[...registered], [...leftOut]]).toEqual([themes, ofAnEmptyStore]);
  });
  return {
    test(name, run) {
      if (ofAnEmptyStore.some((each) => name.startsWith(each))) leftOut.add(name.replace(/ \(not claimed.*/, ""));
      else runner.test(name, run);
    },
    afterAll,
    describe(name, suite) {
      if (depth === 1 && !themes.includes(name)) return;
      if (depth === 1) registered.add(name);
      runner.describe(name, () => {
        depth += 1;
        suite();
        depth -= 1;
      });
    },
  };
}

/** In a tenant of its own, which no behaviour asks about: records of both kinds, changed and deleted and made again. */
async function seed(store: Store): Promise<void> {
  const view = store.tenant(seeded);
  for (const type of ["Item", "Leaf"]) {
    for (const turn of ["first", "second"]) {
      await view.write(
        ["a", "b", "c"].map((id) => ({ put: newRecord(type, id, { name: turn }), expect: "any" as const })),
      );
    }
    await view.write(["a", "b"].map((id) => ({ delete: { type, id }, expect: 2 })));
    await view.write([{ put: newRecord(type, "a", { name: "again" }), expect: "absent" }]);
  }
}

/** Each of its stores was filled by a copy from a store of `source`. */
function copiedFrom(source: StoreTarget, target: StoreTarget): StoreTarget {
  return {
    ...target,
    name: `${target.name}, filled by a copy`,
    async open(options: OpenOptions) {
      const store = await target.open(options);
      await using original = await source.open(options.model === undefined ? {} : { model: options.model });
      await seed(original);
      const { equal, written, deletes } = await copy(original, store);
      expect({ equal, written, deletes }).toEqual({ equal: true, written: 4, deletes: 2 });
      return store;
    },
  };
}

const [source] = targets;
for (const target of targets) if (source !== undefined) describeStore(onlyThemes(), copiedFrom(source, target));
