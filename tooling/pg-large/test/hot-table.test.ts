import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import type { OpenOptions } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";

import { largeModel } from "../src/entities.ts";
import { tableSizes } from "../src/table-sizes.ts";
import type { TableSize } from "../src/table-sizes.ts";
import { turn, writeAgain } from "../src/write-again.ts";

/** `ROUNDS`: how often much is written, until the server has cleaned up behind it. */
const rounds = Number(process.env["ROUNDS"] ?? 9);
const turnsARound = 4;
const hotTables = ["Item", "holdfast_tombstones"];
const options: OpenOptions = { model: largeModel, durability: "process-crash", keepTombstonesMs: 300 };

type Sizes = ReadonlyMap<string, TableSize>;

describe("tables that are written again and again", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    // All else that cleans up is as servers come.
    server = await startPostgres({ settings: { autovacuum_naptime: "1s" } });
  });
  afterAll(() => server.stop());

  test(
    "stay as large as they became at first, deletes that are remembered included",
    { timeout: 3_600_000 },
    async () => {
      const url = `${server.url}&schema=hot`;
      await using first = await openPostgresStore(url, options);
      await using second = await openPostgresStore(url, options);
      const sizes = (): Promise<Sizes> => tableSizes(server.url, "hot");
      const empty = await sizes();
      const seen: Sizes[] = [];
      for (let round = 0; round < rounds; round++) {
        const before = await sizes();
        for (let at = 0; at < turnsARound; at += 2) {
          const time = round * turnsARound + at;
          await Promise.all([writeAgain(first, time), writeAgain(second, time + 1)]);
        }
        seen.push(await sizes());
        while (!isCleaned(before, await sizes())) await delay(20);
      }
      const written = rounds * turnsARound;
      const kibibytes = hotTables.flatMap((name): readonly (readonly [string, number])[] => [
        [`KiB of ${name} after the first round`, kibOf(seen[0], name)],
        [`KiB of ${name} after the last`, kibOf(seen.at(-1), name)],
      ]);
      const figures = {
        rounds,
        "records saved": written * turn.saves,
        "records deleted": written * turn.deletes,
        ...Object.fromEntries(kibibytes),
        "dead rows at most": Math.max(...seen.flatMap((each) => [...each.values()].map(({ dead }) => dead))),
      };
      console.log(figures);
      for (const name of hotTables) {
        const grown = seen.map((each) => kibOf(each, name) - kibOf(empty, name));
        // Without cleaning, every round would take as much as the first.
        expect(Math.max(...grown)).toBeLessThan((rounds / 2) * (grown[0] ?? 0));
      }
      await writeEvidence({
        name: "postgres-hot-tables",
        title: "Few records that are written again and again",
        figures,
        promises: [
          {
            promise: "The server's own cleaning keeps tables that are always written from growing without end",
            test: "tooling/pg-large/test/hot-table.test.ts",
            name: "stay as large as they became at first, deletes that are remembered included",
          },
        ],
      });
    },
  );
});

function kibOf(sizes: Sizes | undefined, name: string): number {
  return Math.ceil((sizes?.get(name)?.bytes ?? Number.NaN) / 1_024);
}

function isCleaned(before: Sizes, now: Sizes): boolean {
  return hotTables.every((name) => (now.get(name)?.cleanings ?? 0) > (before.get(name)?.cleanings ?? 0));
}
