import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";

import { fill, runMoves, type Moved } from "../src/run-moves.ts";

/** `DOCUMENTS`: how many are moved. */
const documents = Number(process.env["DOCUMENTS"] ?? 2_000);
/** Of a process that has a database on both sides. It dies of more, and would of a hundred thousand documents at once. */
const heapMiB = 64;
const peakMost = 200 * 2 ** 20;

/** By scheme: JSON files and memory hold all that they have, databases do not. */
type Scheme = "json" | "sqlite" | "postgres" | "memory";
const isDatabase = (scheme: Scheme): boolean => scheme === "sqlite" || scheme === "postgres";

/** Every backend into every other and into its own kind, each way in a process of its own; what memory holds ends with it. */
const ways: readonly (readonly Scheme[])[] = [
  ["json", "sqlite"],
  ["sqlite", "postgres"],
  ["postgres", "sqlite"],
  ["sqlite", "sqlite"],
  ["postgres", "postgres"],
  ["postgres", "json"],
  ["json", "postgres"],
  ["sqlite", "json"],
  ["json", "json"],
  ["json", "memory", "memory", "sqlite"],
  ["sqlite", "memory", "postgres"],
  ["postgres", "memory", "json"],
];

describe("generated documents", () => {
  let server: PostgresServer;
  let folder: string;
  /** Where the last store of each kind is, all of which hold the same. */
  const latest = new Map<Scheme, string>();
  const moves: Moved[] = [];
  let hash = "";

  beforeAll(async () => {
    server = await startPostgres({ settings: { max_wal_size: "4GB" } });
    folder = await mkdtemp(join(tmpdir(), "holdfast-moves-"));
    latest.set("json", `json:${join(folder, "first.json")}`);
    hash = await fill(latest.get("json") ?? "", documents);
  }, 3_600_000);
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  let made = 0;
  function placeFor(scheme: Scheme): string {
    const name = `place${++made}`;
    if (scheme === "memory") return "memory:";
    return scheme === "postgres" ? `${server.url}&schema=${name}` : `${scheme}:${join(folder, `${name}.${scheme}`)}`;
  }

  test.for(ways)(
    "go from %s to %s with equal hashes, in little memory out of a database into a database",
    {
      timeout: 7_200_000,
    },
    async ([first = "json", ...others]) => {
      const urls = [latest.get(first) ?? "", ...others.map(placeFor)];
      const isBound = [first, ...others].every(isDatabase);
      const moved = await runMoves(urls, isBound ? heapMiB : undefined);
      console.log(
        moved.map(({ from, to, milliseconds, peak }) => `${from} to ${to}: ${milliseconds} ms, ${mib(peak)} MiB`),
      );
      expect(moved.map((each) => each.hash)).toEqual(others.map(() => hash));
      expect(moved.every((each) => each.equal && each.deletes > 0)).toBe(true);
      expect(Math.max(...moved.map(({ peak }) => peak))).toBeLessThan(isBound ? peakMost : Infinity);
      others.forEach((scheme, at) => scheme !== "memory" && latest.set(scheme, urls[at + 1] ?? ""));
      moves.push(...moved);
    },
  );

  test("leave their figures as evidence", async () => {
    const figures = moves.map(({ from, to, records, milliseconds, peak }): readonly [string, string] => {
      const rate = Math.round(records / (milliseconds / 1_000)).toLocaleString("en-US");
      return [`${from} to ${to}`, `${rate} a second, ${mib(peak)} MiB`];
    });
    expect(figures.length).toBeGreaterThanOrEqual(ways.length);
    await writeEvidence({
      name: "moves",
      title: "Moves from each backend to each other: copied and compared, and the most memory of the process",
      figures: { documents, ...Object.fromEntries(figures) },
      promises: [
        {
          promise:
            "A copy holds the same on every backend, and takes less than 200 MiB out of a database into a database",
          test: "tooling/large-moves/test/large-moves.test.ts",
          name: "go from %s to %s with equal hashes, in little memory out of a database into a database",
        },
      ],
    });
  });
});

function mib(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
