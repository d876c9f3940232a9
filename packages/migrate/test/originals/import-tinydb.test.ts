import { HoldfastError, type Layout, type Store, type StoredRecord } from "@holdfast/core";
import { storesUnderTest, type StoreUnderTest } from "@holdfast-tooling/stores";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { exportTinyDb, importTinyDb, inspectTinyDb } from "../../src/index.ts";
import { readJson } from "../../src/originals/read-json.ts";
import { fingerprint } from "./fingerprint.ts";

const declared = (type: string, references: Layout["types"][number]["references"] = []): Layout["types"][number] => ({
  type,
  schemaVersion: 1,
  fields: [...new Set(["status", ...references.map(({ field }) => field)])].map((name) => ({ name, kind: "string" })),
  indexes: [{ fields: ["status"], unique: false }],
  references,
});
/** A child comes before its parent by name, and after it by reference. */
const model = {
  layout: {
    types: [
      declared("Job"),
      declared("Leaf", [{ field: "parent", to: "Leaf", onDelete: "restrict" }]),
      declared("Parent"),
      declared("Child", [{ field: "parent", to: "Parent", onDelete: "restrict" }]),
    ],
  },
};

/** Values that databases like to refuse, in a file with every kind of problem. */
const odd = `{
  "Job": {"1": {"id": "nul", "t": "\\u0000 \\ud800 \\udc00\\ud800", "created_at": "2025-01-02T03:04:05"},
          "10": {"id": 10, "n": NaN, "i": 123456789012345678901234567890}, "2": {"no": "id"}, "3": {"id": "nul"}},
  "a b": {"1": {"id": "é 𝄞", "__proto__": {"x": 1}, "10": 1, "9": 2, "": []}},
  "empty": {}
}`;

async function all(store: Store, type: string): Promise<readonly StoredRecord[]> {
  const { records } = await store.find({ type, limit: 10_000 });
  return records;
}

async function failureOf(work: Promise<unknown>): Promise<HoldfastError> {
  const thrown: unknown = await work.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (HoldfastError.is(thrown)) return thrown;
  throw thrown;
}

function withTenants(target: StoreUnderTest, give: (store: Store) => void): void {
  let opened: Store | undefined;
  let turn = 0;
  beforeAll(async () => {
    opened = await target.open({ model, maxDocumentBytes: 20_000 });
  });
  beforeEach(() => {
    if (opened !== undefined) give(opened.tenant(`t${(turn += 1)}`));
  });
  afterAll(() => opened?.close());
}

test("a file is inspected without a store, with the report of its import", async () => {
  const [target] = storesUnderTest();
  await using store = await target?.open({ model });
  if (store === undefined) throw new Error("no store is under test");
  const report = await inspectTinyDb(odd);
  expect(await importTinyDb(odd, store)).toEqual({ ...report, written: 3, unchanged: 0 });
  expect((await failureOf(inspectTinyDb(odd, { onProblem: "fail" }))).code).toBe("INVALID_ENTITY");
  expect((await failureOf(inspectTinyDb(odd, { signal: AbortSignal.abort() }))).code).toBe("ABORTED");
});

test("other work has its turn while a large file is read", async () => {
  const rows = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [at + 1, { id: `r${at}` }]));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await inspectTinyDb(JSON.stringify({ T: rows }));
  isOver = true;
  expect(turns).toBeGreaterThan(20);
});

describe.each(storesUnderTest())("in $name", (target) => {
  let store: Store;
  withTenants(target, (view) => {
    store = view;
  });

  test("odd values come back equal, in the order of the rows", async () => {
    const report = await importTinyDb(odd, store);
    expect(report).toMatchObject({ written: 3, unchanged: 0 });
    const [nul, ten] = await all(store, "Job");
    expect(nul).toMatchObject({ id: "nul", version: 1, body: { t: "\u0000 \ud800 \udc00\ud800" } });
    expect(ten).toMatchObject({ id: "10", body: { n: null, i: "123456789012345678901234567890" } });
    expect((ten?.created ?? 0) - (nul?.created ?? 0)).toBe(1);
    const [text] = await all(store, "a_b");
    expect(JSON.stringify(text?.body)).toBe(
      JSON.stringify(JSON.parse('{"id":"é 𝄞","__proto__":{"x":1},"10":1,"9":2,"":[]}')),
    );
    expect((await store.check()).problems.filter(({ kind }) => kind !== "settings")).toEqual([]);
  });

  test("what an export of an import gives is imported the same", async () => {
    for (const listOrder of ["docIdText", "insertion"] as const) {
      const [first, second] = [store.tenant(`a-${listOrder}`), store.tenant(`b-${listOrder}`)];
      await importTinyDb(odd, first, { listOrder });
      const text = await exportTinyDb(first, { listOrder });
      const report = await importTinyDb(text, second, { listOrder });
      expect(report.problems.filter(({ kind }) => kind !== "noted")).toEqual([]);
      for (const type of ["Job", "a_b"]) {
        const keys = (record: StoredRecord): readonly unknown[] => [record.id, record.created, record.body];
        expect((await all(second, type)).map(keys)).toEqual((await all(first, type)).map(keys));
      }
      expect(await exportTinyDb(second, { listOrder })).toBe(text);
    }
  });

  test("a second import of the same file changes nothing, and says so", async () => {
    const first = await importTinyDb(odd, store);
    const before = await exportTinyDb(store);
    const second = await importTinyDb(odd, store);
    expect(second).toEqual({ ...first, written: 0, unchanged: first.written });
    expect(await exportTinyDb(store)).toBe(before);
  });

  test("an import that was interrupted is made again and goes on", async () => {
    const rows = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [at + 1, { id: `r${at}`, at }]));
    const text = JSON.stringify({ Job: rows });
    const abort = new AbortController();
    const onProgress = ({ done }: { readonly done: number }): void => {
      if (done >= 30) abort.abort();
    };
    const failure = await failureOf(importTinyDb(text, store, { batch: 10, signal: abort.signal, onProgress }));
    expect(failure.code).toBe("ABORTED");
    expect(await store.count("Job")).toBe(30);
    expect(await importTinyDb(text, store, { batch: 10 })).toMatchObject({ written: 60, unchanged: 30 });
    const order = Object.keys(rows)
      .toSorted()
      .map((number) => `r${Number(number) - 1}`);
    expect((await all(store, "Job")).map(({ id }) => id)).toEqual(order);
  });

  test("what the store holds otherwise, or had and deleted, stays as it is, and is reported", async () => {
    await importTinyDb('{"Job": {"1": {"id": "a", "n": 1}, "2": {"id": "b"}, "3": {"id": "c"}}}', store);
    await store.write([{ put: { type: "Job", id: "a", documentVersion: 1, body: { n: 2 } }, expect: 1 }]);
    await store.write([{ delete: { type: "Job", id: "b" }, expect: 1 }]);
    const text = '{"Job": {"1": {"id": "a", "n": 1}, "2": {"id": "b"}, "3": {"id": "c"}, "4": {"id": "d"}}}';
    const report = await importTinyDb(text, store);
    expect(report).toMatchObject({ written: 1, unchanged: 1, tables: [{ rows: 4, taken: 2, refused: 2 }] });
    expect(report.problems.filter(({ kind }) => kind === "refused")).toMatchObject([
      { row: "1", id: "a", was: '{"id": "a", "n": 1}' },
      { row: "2", id: "b" },
    ]);
    expect((await all(store, "Job")).map(({ id, body }) => [id, body["n"]])).toEqual([
      ["a", 2],
      ["c", undefined],
      ["d", undefined],
    ]);
    const failure = await failureOf(importTinyDb(text, store, { onProblem: "fail" }));
    expect(failure).toMatchObject({ code: "CONFLICT", details: { table: "Job", row: "1", id: "a" } });
  });

  test("what a store refuses of a batch is found, and the rest is written", async () => {
    const rows = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => {
        const status = at === 7 ? "s".repeat(600) : at === 20 ? 5 : "stopped";
        return [at + 1, { id: `r${at}`, status, text: at === 33 ? "long ".repeat(5000) : "" }];
      }),
    );
    const report = await importTinyDb(JSON.stringify({ T: {}, Job: rows }), store, { batch: 16 });
    expect(report).toMatchObject({ written: 37, unchanged: 0 });
    const refused = report.problems.filter(({ kind }) => kind === "refused");
    expect(refused.map(({ id = "" }) => id).toSorted()).toEqual(["r20", "r33", "r7"]);
    expect(await store.count("Job")).toBe(37);
  });

  test("children are written behind their parents, in whatever order the file has them, and orphans are reported", async () => {
    const text = JSON.stringify({
      Child: { 1: { id: "c1", parent: "p1" }, 2: { id: "c2", parent: "gone" } },
      Leaf: { 1: { id: "l1", parent: "l2" }, 2: { id: "l2", parent: "l3" }, 3: { id: "l3" } },
      Parent: { 1: { id: "p1" } },
    });
    const report = await importTinyDb(text, store, { batch: 2 });
    expect(report).toMatchObject({ written: 5 });
    expect(report.problems.filter(({ kind }) => kind === "refused")).toMatchObject([
      { table: "Child", row: "2", id: "c2" },
    ]);
    expect((await all(store, "Leaf")).map(({ id }) => id)).toEqual(["l1", "l2", "l3"]);
  });

  test("where a problem is to fail the import, nothing is written, whoever finds it", async () => {
    const rows = '"1": {"id": "a"}, "2": {"id": "b"}';
    const files = [
      `{"Job": {${rows}, "3": {"id": "c", "n": NaN}}}`,
      `{"Job": {${rows}, "3": {"id": "c", "status": "${"s".repeat(600)}"}}}`,
      `{"Child": {"1": {"id": "c", "parent": "gone"}}, "Job": {${rows}}}`,
      `{"Job": {${rows}}} and more`,
    ];
    const codes: string[] = [];
    for (const text of files) {
      codes.push((await failureOf(importTinyDb(text, store, { onProblem: "fail", batch: 1 }))).code);
      expect((await store.stats()).types.filter(({ tenant }) => tenant === store.tenantName)).toEqual([]);
    }
    expect(codes).toEqual(["INVALID_ENTITY", "INDEX_VALUE_TOO_LARGE", "REFERENCE_VIOLATION", "INVALID_ENTITY"]);
    expect(await importTinyDb(`{"Job": {${rows}}}`, store, { onProblem: "fail" })).toMatchObject({ written: 2 });
  });

  test("what was left over behind the data is handed over", async () => {
    const kept: string[] = [];
    const onLeftOver = (bytes: Uint8Array): void => void kept.push(Buffer.from(bytes).toString());
    await importTinyDb('{"Job": {"1": {"id": "a"}}}"x": 1}}', store, { onLeftOver });
    expect(kept).toEqual(['"x": 1}}']);
    expect(await store.count("Job")).toBe(1);
  });

  test("a file is taken by its path, its URL, its text, its bytes or its pieces", async () => {
    const url = new URL("samples/entities-v0.9.3.json", import.meta.url);
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"Job": {"1": {"id": "\u00e9"}}'.slice(0, -2));
      yield Buffer.from(', "t": 1}}}');
    };
    expect(await importTinyDb({ path: url.pathname }, store)).toMatchObject({ written: 80 });
    expect(await importTinyDb(url, store)).toMatchObject({ written: 0, unchanged: 80 });
    expect(await importTinyDb(url.pathname, store)).toMatchObject({ written: 0, unchanged: 80 });
    expect(await importTinyDb("\ufeff \n{}", store)).toMatchObject({ written: 0, unchanged: 0 });
    expect(await importTinyDb(pieces(), store)).toMatchObject({ written: 1 });
    for (const gone of [`${url.pathname}.gone`, { path: `${url.pathname}.gone` }]) {
      expect((await failureOf(importTinyDb(gone, store))).code).toBe("STORE_UNAVAILABLE");
    }
  });

  test("rows of a file without times count as created now, in their order", async () => {
    const before = await store.now();
    await importTinyDb('{"T": {"1": {"id": "b"}, "2": {"id": "a"}}}', store);
    const [first, second] = await all(store, "T");
    expect(first?.id).toBe("b");
    expect(first?.created).toBeGreaterThanOrEqual(before);
    expect(second?.created).toBe((first?.created ?? 0) + 1);
  });

  test("an export has the names, numbers and order of the original, to the byte", async () => {
    const text = `{
  "Case": {
    "1": {
      "account": {
        "api_key": "k"
      },
      "id": "c",
      "job_id": "j",
      "total_cost": 2.0,
      "updates": [
        {
          "cost": 1e-07,
          "index": 1,
          "is_final": true,
          "payload": {
            "job_id": []
          }
        },
        {}
      ]
    }
  },
  "Other table": {
    "1": {
      "9": 1.5,
      "A": null,
      "a": "\\u00e9\\ud800 \\ud834\\udd1e\\u007f\\"\\\\\\n",
      "id": "x"
    }
  }
}`;
    await importTinyDb(text, store);
    expect(await exportTinyDb(store)).toBe(text.replace("Other table", "Other_table"));
    expect(await exportTinyDb(store, { types: ["Child"] })).toBe("{}");
    expect(fingerprint(readJson(await exportTinyDb(store, { types: ["Case"] })) ?? null)).toBe(
      fingerprint(readJson(`${text.slice(0, text.indexOf(',\n  "Other'))}}`) ?? null),
    );
  });
});
