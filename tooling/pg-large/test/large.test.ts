import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { writeEvidence } from "@holdfast-tooling/evidence";
import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";

import { loadItems } from "../src/load-items.ts";
import { lookAround } from "../src/look-around.ts";
import type { Looked } from "../src/look-around.ts";

/** `ROWS`: how many records there are. A tenth of them is what they are compared with. */
const rows = Number(process.env["ROWS"] ?? 200_000);
/** A process dies of more, and would of a hundred thousand records at once. */
const heapMiB = 64;
/** Between two runs over as many records; the documents of the many are more, as text alone. */
const noise = 32 * 2 ** 20;
const shown = 100;

function expected(count: number): Readonly<Record<string, number>> {
  return {
    "the first page": shown,
    "the last page": shown,
    "every page forward": count,
    "a page in the middle": shown,
    "every page backward": count,
    "a count": count,
    "a count without an index": count,
    "counts by status": count,
    "the feed of changes": count,
    "each entity of a repository": count,
    "a check": count,
    "the stats": count,
    "a backup": count,
  };
}

describe("a store of very many records", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres({ settings: { max_wal_size: "4GB" } });
  }, 600_000);
  afterAll(() => server.stop());

  test("is looked at in every way in as little memory as a small one", { timeout: 7_200_000 }, async () => {
    const look = async (schema: string, count: number): Promise<Looked> => {
      await loadItems(server.url, schema, count);
      const looked = await lookAround(`${server.url}&schema=${schema}`, heapMiB);
      expect(looked.seen).toEqual(expected(count));
      return looked;
    };
    const few = await look("few", rows / 10);
    const many = await look("many", rows);
    const peak = ({ peaks }: Looked): number => Math.max(...Object.values(peaks));
    const figures = {
      records: rows,
      "MiB that the process had at most": Math.ceil(peak(many) / 2 ** 20),
      "MiB that it had at most with a tenth of the records": Math.ceil(peak(few) / 2 ** 20),
      "MiB of its heap, of more than which it dies": heapMiB,
    };
    console.log(figures, many.peaks);
    expect(peak(many) - peak(few)).toBeLessThan(noise);
    await writeEvidence({
      name: "postgres-large",
      title: "Very many records on a Postgres server",
      figures,
      promises: [
        {
          promise: "Pages, counts, the feed, a check, a backup and each take no more memory the more records there are",
          test: "tooling/pg-large/test/large.test.ts",
          name: "is looked at in every way in as little memory as a small one",
        },
      ],
    });
  });
});
