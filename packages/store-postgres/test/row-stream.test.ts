import type { OpenOptions, Store, WriteOp } from "@holdfast/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { openPostgresStore } from "../src/open.ts";
import { rowStream } from "../src/row-stream.ts";
import { freshUrl } from "./fresh-url.ts";

const layout = {
  types: [
    { type: "Parent", schemaVersion: 1, fields: [], indexes: [], references: [] },
    {
      type: "Row",
      schemaVersion: 1,
      fields: [
        { name: "text", kind: "string" },
        { name: "number", kind: "number" },
        { name: "flag", kind: "boolean" },
        { name: "name", kind: "string" },
        { name: "parentId", kind: "string" },
      ],
      indexes: [
        { fields: ["text"], unique: false },
        { fields: ["number"], unique: false },
        { fields: ["name"], unique: true },
      ],
      references: [{ field: "parentId", to: "Parent", onDelete: "restrict" }],
    },
  ],
} as const;
const options: OpenOptions = { model: { layout }, durability: "process-crash" };

const many = 200;
/** Each means something where rows are text, in JSON or in the columns' own code. */
const rare = [
  "\\",
  "\\N",
  "\\.",
  "\t",
  "\n",
  "\r",
  "",
  "\u0000",
  "\u0001",
  "\ud800",
  "\u001e",
  "a\\tb",
  "😀",
  "\u2028",
];
const numbers = [0, -0, 1e21, 5e-324, -1.7976931348623157e308, 0.1, 2 ** 53, null];

function bodyOf(at: number) {
  const text = rare[at % rare.length] ?? "";
  const number = numbers[at % numbers.length] ?? null;
  return { text, number, flag: at % 2 === 0, name: at % 3 === 0 ? null : `${text}${at}`, parentId: null };
}

function put(at: number, changed: object = {}): WriteOp {
  const body = { ...bodyOf(at), ...changed };
  return {
    put: { type: "Row", id: `${rare[at % 3]} ${at}`.replaceAll(/[\n\t]/g, "-"), documentVersion: 1, body },
    expect: "any",
  };
}

const ops = (changed: (at: number) => object = () => ({})): readonly WriteOp[] =>
  Array.from({ length: many }, (_each, at) => put(at, changed(at)));

describe("many new records", () => {
  let store: Store;
  let url: string;
  const streamed = vi.spyOn(rowStream, "write");
  beforeEach(async () => {
    url = freshUrl();
    store = await openPostgresStore(url, options);
    streamed.mockClear();
  });
  afterEach(() => store.close());

  test("go in behind a statement, few and those that are there already do not", async () => {
    await store.write(ops().slice(0, rowStream.rowsLeast - 1));
    expect(streamed).not.toHaveBeenCalled();
    await store.write(ops());
    expect(streamed.mock.calls.map(([rows]) => rows.length)).toEqual([many - rowStream.rowsLeast + 1]);
    await store.write(ops());
    expect(streamed).toHaveBeenCalledTimes(1);
    await store.transaction((session) => session.write(ops().map(renamed)));
    expect(streamed).toHaveBeenCalledTimes(2);
  });

  test("come back as they were, and are found by their fields", async () => {
    const written = await store.write(ops());
    const { records } = await store.find({ type: "Row", limit: many });
    expect(records).toHaveLength(many);
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const [at, result] of written.entries()) {
      const stored = byId.get(result.record?.id ?? "");
      expect(stored).toEqual(result.record);
      expect(stored?.body).toEqual({ ...bodyOf(at), number: bodyOf(at).number === 0 ? 0 : bodyOf(at).number });
    }
    for (const text of rare) expect(await store.count("Row", { text })).toBe(count((at) => bodyOf(at).text === text));
    for (const number of numbers) {
      expect(await store.count("Row", { number })).toBe(
        count((at) => (bodyOf(at).number ?? null) === (number ?? null)),
      );
    }
    expect(await store.count("Row", { name: null })).toBe(count((at) => at % 3 === 0));
    expect(await store.check()).toEqual({ ok: true, problems: [] });
  });

  test("are refused together where two have a value that is unique, by its name, and others are written after that", async () => {
    const twins = store.write(ops((at) => (at < many - 1 ? {} : { name: bodyOf(1).name })));
    await expect(twins).rejects.toMatchObject({ code: "UNIQUE_VIOLATION", details: { type: "Row", fields: ["name"] } });
    expect(await store.count("Row")).toBe(0);
    expect((await store.write(ops())).every(({ ok }) => ok)).toBe(true);
  });

  test("are refused together where one refers to what is nowhere", async () => {
    const orphan = store.write(ops((at) => (at === 7 ? { parentId: "nowhere" } : {})));
    await expect(orphan).rejects.toMatchObject({
      code: "REFERENCE_VIOLATION",
      details: { type: "Row", field: "parentId" },
    });
    expect(await store.count("Row")).toBe(0);
  });

  test("go on from the versions of those that were deleted", async () => {
    await store.write(ops());
    await store.write(ops().map((op): WriteOp => ("put" in op ? { delete: op.put, expect: "any" } : op)));
    const again = await store.write(ops());
    expect(new Set(again.map(({ record }) => record?.version))).toEqual(new Set([3]));
    expect((await store.stats()).tombstones).toBe(0);
  });

  test("are written once where two stores write the same at the same time", async () => {
    await using other = await openPostgresStore(url, options);
    for (const round of [1, 2, 3]) {
      const both = await Promise.all([store.write(ops()), other.write([...ops()].reverse())]);
      expect(both.flat().every(({ ok }) => ok)).toBe(true);
      const { records } = await store.find({ type: "Row", limit: many });
      expect(new Set(records.map(({ version }) => version))).toEqual(new Set([2 * round]));
    }
  });
});

function renamed(op: WriteOp): WriteOp {
  if (!("put" in op)) return op;
  const { name } = op.put.body;
  return {
    ...op,
    put: {
      ...op.put,
      id: `${op.put.id} again`,
      body: { ...op.put.body, name: typeof name === "string" ? `${name}+` : null },
    },
  };
}

function count(holds: (at: number) => boolean): number {
  return Array.from({ length: many }, (_each, at) => at).filter(holds).length;
}
