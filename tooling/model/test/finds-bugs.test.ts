import { createStore } from "@holdfast/core";
import { faultyDriver, seededBugs } from "@holdfast-tooling/seeded-bugs";
import type { Bug } from "@holdfast-tooling/seeded-bugs";
import { describe, expect, test } from "vitest";

import { agreesWithReference } from "../src/agrees-with-reference.ts";
import { modelLayout } from "../src/model-layout.ts";

/** What stays hidden from one client and its map: what others would see, what is refused, what is far too large, a spelling. */
const beyondOneClient = [
  "a document is spelled in another way when it is found",
  "in means the first value",
  "a batch is stored only up to 1,000 ops",
  "other tenants are counted too",
  "one bad group fails all that wait with it",
  "every 40th write is acknowledged and lost",
  "unique indexes are not unique",
  "references are not enforced",
  "an error of the database comes through as it is",
  "times are compared in milliseconds",
  "a reader sees what is written meanwhile",
  "a reader waits for the writer",
  "snapshot isolation passes for serializable",
  "the wall clock is used instead of the given one",
];

/** What takes a longer run to meet: a rare value in a rare place. */
const rarelyMet = ["text is compared without U+0000", "% is a wildcard"];

async function disagreement(bug: Bug, runs = 200): Promise<string> {
  const options = { model: { layout: modelLayout } };
  await using store = await createStore({ backend: "faulty", driver: faultyDriver(bug), options });
  const sizes = { seed: 3, runs, commands: 50, shrink: false };
  const found: unknown = await agreesWithReference({ store, reopen: undefined }, sizes).catch(
    (thrown: unknown) => thrown,
  );
  return found instanceof Error ? found.message : "";
}

describe("the model tells a store with a bug from a sound one", () => {
  const visible = seededBugs.filter(({ name }) => ![...beyondOneClient, ...rarelyMet].includes(name));

  test.each(visible)("finds it where $name", async ({ bug }) => {
    expect(await disagreement(bug)).toContain("Counterexample");
  });

  test("finds nothing in a driver that was wrapped without a bug", async () => {
    expect(await disagreement(() => ({}), 25)).toBe("");
  });
});
