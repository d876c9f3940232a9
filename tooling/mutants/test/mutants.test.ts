import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { judge } from "../src/judge.ts";
import { mutate } from "../src/mutant.ts";
import type { Mutant } from "../src/mutant.ts";
import { mutants } from "../src/mutants.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Some that need a memory store only; `pnpm mutants` judges all. */
const few = ["keys-unsorted", "versions-restart"];

function named(name: string): Mutant {
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`no mutant is called ${name}`);
  return mutant;
}

describe("a mutant", () => {
  test("has a name of its own", () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  test.each(mutants)("changes one place that is there: $name", async (mutant) => {
    const source = await readFile(path.join(root, mutant.file), "utf8");
    expect(mutate(mutant, source)).not.toBe(source);
  });

  test("whose text is gone, or stands twice, is outdated", () => {
    const mutant = { ...named("versions-restart"), find: "a" };
    for (const source of ["b", "aa"]) expect(() => mutate(mutant, source)).toThrow(/outdated/);
    expect(mutate({ ...mutant, replace: "$&" }, "bab")).toBe("b$&b");
  });
});

test("the tests find mutants, and tell them from an edit that changes nothing", { timeout: 300_000 }, async () => {
  const first = named("keys-unsorted");
  const harmless: Mutant = { ...first, name: "harmless", replace: `${first.find} ` };
  const outdated: Mutant = { ...first, name: "outdated", find: "no such text" };
  const untested: Mutant = { ...first, name: "untested", finder: { ...first.finder, pattern: "no such test" } };
  const verdicts = await judge(root, [...few.map(named), harmless, outdated, untested]);
  expect(verdicts.map(({ outcome }) => outcome)).toEqual([...few.map(() => "found"), "survived", "outdated", "broken"]);
});
