import type { StoredRecord, Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import fc from "fast-check";
import { expect, test } from "vitest";

import { exportTinyDb, importTinyDb, readTinyDb } from "../../src/index.ts";
import { asciiText } from "../../src/originals/python-json.ts";

/** Names that mean something to somebody, and any other. */
const name = fc.oneof(
  fc.constantFrom("id", "job_id", "jobId", "case_ids", "caseIds", "account", "api_key", "apiKey", "updates", "cost"),
  fc.constantFrom("total_cost", "totalCost", "status", "created_at", "__proto__", "constructor", "10", "9", ""),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const text = fc.oneof(fc.constantFrom("a", "5", "true", "5 (number)"), fc.string({ unit: "binary", maxLength: 6 }));
/** JSON as Python writes it. */
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      text.map(asciiText),
      fc.constantFrom("null", "true", "false", "NaN", "-Infinity", "-0.0", "5", "5.0", "9007199254740993", "1e400"),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    ),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    tie("object"),
  ),
  object: fc
    .array(fc.tuple(name, tie("value")), { maxLength: 5 })
    .map((members) => `{${members.map(([key, held]) => `${asciiText(key)}: ${held}`).join(", ")}}`),
}));
const tableName = fc.constantFrom("Job", "Case", "ServerInfo", "T", "a b", "a_b", "", "_default");
const row = fc
  .tuple(value, fc.array(fc.tuple(name, value), { maxLength: 5 }))
  .map(([id, members]) => [["id", id] as const, ...members])
  .map((members) => `{${members.map(([key, held]) => `${asciiText(key)}: ${held}`).join(", ")}}`);
const rows = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 30 }), fc.oneof({ weight: 5, arbitrary: row }, { weight: 1, arbitrary: value })),
  )
  .map((numbered) => `{${numbered.map(([number, held]) => `"${number}": ${held}`).join(", ")}}`);
const file = fc
  .array(fc.tuple(tableName, rows), { maxLength: 4 })
  .map((tables) => `{${tables.map(([table, held]) => `${asciiText(table)}: ${held}`).join(", ")}}`);

const created = 1_000_000;

async function all(store: Store, types: ReadonlySet<string>): Promise<readonly StoredRecord[]> {
  const pages = await Promise.all([...types].map((type) => store.find({ type, limit: 10_000 })));
  return pages.flatMap(({ records }) => records);
}

test("whatever a file holds, each row is counted, and what was taken of it is exported and read again the same", async () => {
  const [memory] = storesUnderTest();
  if (memory === undefined) throw new Error("no store is under test");
  await using store = await memory.open({ model: { layout: { types: [] } } });
  let turn = 0;
  const keepsAll = async (source: string): Promise<void> => {
    const { records, report } = readTinyDb(source, { created });
    const sum = (of: "rows" | "taken" | "refused"): number =>
      report.tables.reduce((total, each) => total + each[of], 0);
    expect(sum("rows")).toBe(sum("taken") + sum("refused"));
    expect(sum("taken")).toBe(records.length);
    const tenant = store.tenant(`t${(turn += 1)}`);
    const written = await importTinyDb(source, tenant, { created });
    expect(written).toMatchObject({ written: records.length, problems: report.problems });
    const types = new Set(records.map(({ type }) => type));
    expect((await all(tenant, types)).map(({ id, body }) => [id, body])).toEqual(
      records.map(({ id, body }) => [id, body]),
    );
    const again = readTinyDb(await exportTinyDb(tenant), { created });
    expect(again.records).toEqual(records);
    expect(again.report.problems.filter(({ kind }) => kind !== "noted")).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(file, keepsAll), { numRuns: 100 });
});
