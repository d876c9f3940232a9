import { readFile } from "node:fs/promises";

import { openStore } from "@holdfast/connect";
import { startPostgres } from "@holdfast-tooling/pg-test";
import { expect, test, vi } from "vitest";

import { freshUrl, stores } from "./places.ts";

// Each starts processes or servers, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");

/** A column of the table of guarantees, by what stands at its head. */
function column(name: string): readonly string[] {
  const [, section = ""] = readme.split("## What each store promises");
  const rows = [...section.matchAll(/^\|(.*)\|$/gm)].map((match) =>
    (match[1] ?? "").split("|").map((cell) => cell.trim()),
  );
  const at = rows[0]?.indexOf(name) ?? -1;
  return rows.slice(2).map((row) => row[at] ?? "");
}

test.each(stores)("what the README promises of %s is what the store says of itself", async (name) => {
  // The tests' own server syncs nothing, and a store on it says so.
  await using server = name === "postgres" ? await startPostgres({ fsync: true }) : undefined;
  await using store = await openStore(server?.url ?? (await freshUrl(name)));
  const { isolation, writers, durability, staleReads, hints } = store.guarantees;
  expect(column(name)).toEqual([isolation, writers, durability, staleReads ? "yes" : "no", hints]);
});
