import { readFile } from "node:fs/promises";

import type { Layout, Store, StoredRecord } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { exportTinyDb, importTinyDb } from "../../src/index.ts";
import { isLosslessObject, type LosslessJson } from "../../src/originals/lossless-json.ts";
import { readJson } from "../../src/originals/read-json.ts";
import { fingerprint } from "./fingerprint.ts";

/** What the program that wrote a sample gives for it. */
interface Expected {
  readonly tables: Readonly<Record<string, { readonly rows: readonly (readonly [number, string, string])[] }>>;
  readonly status_counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly cases_for_job: Readonly<Record<string, readonly string[]>>;
  readonly startup: {
    /** By agent. */
    readonly jobs: Readonly<Record<string, readonly string[]>>;
    /** By job. */
    readonly cases: Readonly<Record<string, readonly string[]>>;
  };
}

const samples = [
  { name: "the sample of every status", file: "../../../../apps/demo/data/entities.json", expected: "entities" },
  { name: "the sample of an early version", file: "samples/entities-v0.9.3.json", expected: "entities-v0.9.3" },
];
const byStatus = (type: string): Layout["types"][number] => ({
  type,
  schemaVersion: 1,
  fields: [{ name: "status", kind: "string" }],
  indexes: [{ fields: ["status"], unique: false }],
  references: [],
});
const model = { layout: { types: ["Case", "Job"].map(byStatus) } };
const running: readonly unknown[] = ["in_progress", "cancelling", "awaiting"];

async function read(path: string): Promise<Buffer> {
  return await readFile(new URL(path, import.meta.url));
}

async function expectedOf(name: string): Promise<Expected> {
  return JSON.parse((await read(`samples/${name}.expected.json`)).toString()) as Expected;
}

type Rows = readonly (readonly [number, LosslessJson | undefined, string])[];

/** Each row of a file as its number, its id and its fingerprint, in the order of the file. */
function rowsOf(bytes: Buffer | string): Readonly<Record<string, Rows>> {
  const tables = members(readJson(bytes)).map(([table, rows]): [string, Rows] => {
    const held = members(rows).map(([number, row]): Rows[number] => {
      const id = isLosslessObject(row) ? row.get("id") : undefined;
      return [Number(number), id, fingerprint(row)];
    });
    return [table, held];
  });
  return Object.fromEntries(tables);
}

function members(value: LosslessJson | undefined): readonly (readonly [string, LosslessJson])[] {
  return isLosslessObject(value) ? [...value] : [];
}

async function all(store: Store, type: string): Promise<readonly StoredRecord[]> {
  const { records } = await store.find({ type, limit: 10_000 });
  return records;
}

function idsBy(records: readonly StoredRecord[], field: string): Readonly<Record<string, readonly string[]>> {
  const groups = Map.groupBy(records, ({ body }) => JSON.stringify(body[field]).slice(1, -1));
  return Object.fromEntries([...groups].map(([key, held]) => [key, held.map(({ id }) => id)]));
}

/** A start-up load is a registry by id: its lists are given by id, not in the order of the rows. */
function sorted(lists: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(lists).map(([key, ids]) => [key, ids.toSorted()]));
}

function isRunning({ body }: StoredRecord): boolean {
  return running.includes(body["status"]);
}

describe.each(samples)("$name", ({ file, expected: name }) => {
  test("is read row by row as its own program reads it", async () => {
    const [bytes, expected] = [await read(file), await expectedOf(name)];
    const rows = Object.entries(expected.tables).map(([table, held]) => [table, held.rows]);
    expect(rowsOf(bytes)).toEqual(Object.fromEntries(rows));
  });

  describe.each(storesUnderTest())("in $name", (target) => {
    test("lists, counts and relates what its own program does, and is exported row by row the same", async () => {
      const [bytes, expected] = [await read(file), await expectedOf(name)];
      await using store = await target.open({ model });
      const report = await importTinyDb(bytes, store);
      expect(report.problems).toEqual([]);
      const tables = Object.entries(expected.tables).map(([table, { rows }]) => {
        return { table, type: table, rows: rows.length, taken: rows.length, changed: 0, refused: 0 };
      });
      expect(report.tables).toEqual(tables);
      const [jobs, cases] = [await all(store, "Job"), await all(store, "Case")];
      expect(jobs.map(({ id }) => id)).toEqual(expected.tables["Job"]?.rows.map(([, id]) => id));
      expect(cases.map(({ id }) => id)).toEqual(expected.tables["Case"]?.rows.map(([, id]) => id));
      for (const [type, counts] of Object.entries(expected.status_counts)) {
        expect(Object.fromEntries(await store.countBy(type, "status"))).toEqual(counts);
      }
      expect(idsBy(cases, "jobId")).toEqual(expected.cases_for_job);
      expect(sorted(idsBy(jobs.filter(isRunning), "agentName"))).toEqual(expected.startup.jobs);
      expect(sorted(idsBy(cases.filter(isRunning), "jobId"))).toEqual(expected.startup.cases);
      expect(rowsOf(await exportTinyDb(store))).toEqual(rowsOf(bytes));
    });
  });
});
