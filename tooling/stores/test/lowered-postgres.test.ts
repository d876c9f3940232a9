import type { StoreTarget } from "@holdfast/conformance";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { Client, Query } from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";

import { runTheme } from "./run-theme.ts";

type Level = "read committed" | "repeatable read";

/** Every transaction that a store begins as serializable runs at a lower level from here on. */
function lowerIsolation(level: Level): void {
  const query: unknown = Reflect.get(Client.prototype, "query");
  if (typeof query !== "function") throw new Error("pg's client has no query");
  const lowered = function (this: Client, ...[first, ...rest]: unknown[]): unknown {
    // A query that was made by the store itself stays prepared, and begins nothing.
    const isPlain = typeof first === "object" && first !== null && !(first instanceof Query);
    const isText = isPlain && "text" in first && typeof first.text === "string";
    const sent = isText
      ? { ...first, text: String(first.text).replace("level serializable", `level ${level}`) }
      : first;
    return Reflect.apply(query, this, [sent, ...rest]);
  };
  vi.spyOn(Client.prototype, "query").mockImplementation(lowered);
}

/** The anomalies that the suite's behaviours see on a store, by the names that their titles begin with. */
async function anomalies(target: StoreTarget): Promise<ReadonlySet<string>> {
  const themes = ["isolation: anomalies that never happen", "isolation: what only serializable transactions prevent"];
  const reports = [];
  for (const theme of themes) reports.push(await runTheme(theme, target));
  const broken = reports.flatMap((report) => [...report].filter(([, failure]) => failure !== undefined));
  return new Set(broken.map(([title]) => title.replace(/[,:].*/, "")));
}

const runsMost = 10;

/**
 * The same over as many runs as it takes to see these: a level that lets an anomaly through shows it where the steps meet
 * in time, and on a busy machine they may miss each other.
 */
async function anomaliesUntil(expected: readonly string[], target: StoreTarget): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let run = 0; run < runsMost && expected.some((each) => !seen.has(each)); run++) {
    for (const each of await anomalies(target)) seen.add(each);
  }
  return seen;
}

const postgres = storesUnderTest().filter(({ name }) => name === "postgres");

afterEach(() => void vi.restoreAllMocks());

// What each level lets through: M. Kleppmann, Hermitage, "Testing transaction isolation levels", its table for Postgres.
describe.each(postgres)("where the isolation of $name is lowered by hand, the suite", (target) => {
  test("sees at READ COMMITTED what that level lets through, and nothing that it prevents", async () => {
    lowerIsolation("read committed");
    const letThrough = ["PMP", "P4", "G-single", "G2-item", "G2"];
    const seen = await anomaliesUntil(letThrough, target);
    for (const each of letThrough) expect(seen).toContain(each);
    for (const prevented of ["G0", "G1a", "G1c"]) expect(seen).not.toContain(prevented);
  });

  test("sees at REPEATABLE READ write skew and the read-only anomaly, and nothing that a snapshot prevents", async () => {
    lowerIsolation("repeatable read");
    const letThrough = ["G2-item", "G2", "the read-only anomaly"];
    const seen = await anomaliesUntil(letThrough, target);
    for (const each of letThrough) expect(seen).toContain(each);
    const prevented = ["G0", "G1a", "G1b", "G1c", "OTV", "PMP", "P4", "G-single"];
    for (const each of prevented) expect(seen).not.toContain(each);
  });
});
