import type { Layout } from "@holdfast/core";
import { expect, test } from "vitest";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { driverOn, errorOf, notes, openOn, options, path, textsOf } from "./open-driver.ts";

const layout: Layout = {
  types: [
    {
      type: "Job",
      schemaVersion: 2,
      fields: [{ name: "status", kind: "string" }],
      indexes: [{ fields: ["status", "createdAt"], unique: false }],
      references: [
        { field: "status", to: "Status", onDelete: "detach" },
        { field: "status", to: "Other" },
      ],
    },
  ],
};

/** A store names itself by chance when it is new. */
const storeId = /"store":"[0-9a-f-]{36}"/;
const handedIn = '{ "a":1.0, "__proto__":{"x":"\\u0000\\ud800"}, "é":"\\/ 😀", "n":1e2 }';

/** A file with two notes, the second deleted, and one job whose text is not as JSON.stringify writes it. */
async function storedFile(text = handedIn): Promise<SimulatedFs> {
  const fs = new SimulatedFs();
  let micros = 1_000;
  const driver = await openOn(fs, { stamps: { now: () => ++micros, newId: () => "id" } }, layout);
  await driver.apply(notes({ b: "two", "a\u{1f600}": "one" }));
  const key = { tenant: "team", type: "Job", id: "j" };
  const fields = new Map([["status", null]]);
  await driver.apply([[{ kind: "put", ...key, documentVersion: 2, text, fields, expect: "any" }]]);
  await driver.apply([[{ kind: "delete", tenant: "default", type: "Note", id: "b", expect: 1 }]]);
  await driver[Symbol.asyncDispose]();
  return fs;
}

test("the file is JSON that people can read: one document a line, by type, tenant, creation and id, as handed in", async () => {
  const fs = await storedFile();
  const file = withoutSums(fs.textOf(path) ?? "").replace(storeId, '"store":"S"');
  expect(file.split("\n")).toEqual([
    `{"holdfast":2,"round":3,"highWater":1004,"feed":{"store":"S","changes":4,"pruned":{}},"layout":${JSON.stringify(layout)},"sum":"…","records":[`,
    `{"type":"Job","tenant":"team","id":"j","version":1,"documentVersion":2,"created":1003,"updated":1003,"change":3,"body":${handedIn},"sum":"…"},`,
    '{"type":"Note","tenant":"default","id":"a😀","version":1,"documentVersion":1,"created":1002,"updated":1002,"change":2,"body":{"text":"one"},"sum":"…"}',
    '],"tombstones":[',
    '{"type":"Note","tenant":"default","id":"b","version":2,"deleted":1004,"change":4,"sum":"…"}',
    '],"lines":4,"sums":"…"}',
    "",
  ]);
  expect(JSON.parse(file)).toMatchObject({ holdfast: 2, records: [{ id: "j" }, { id: "a😀" }] });
});

test("reading it back gives the same file, and goes on with the model, the versions and the times", async () => {
  const fs = await storedFile();
  const before = fs.textOf(path);
  const driver = driverOn(fs);
  expect(await driver.open({ types: [] }, options())).toEqual(layout);
  expect(fs.textOf(path)).toBe(before);
  await driver.apply(notes({ b: "again" }));
  expect(await driver.get("default", "Note", ["b"])).toMatchObject([{ version: 3 }]);
});

test("a file that somebody re-formatted, in whole or in part, with or without a byte order mark, reads the same", async () => {
  const fs = await storedFile(JSON.stringify(JSON.parse(handedIn)));
  const file = fs.textOf(path) ?? "";
  const values: unknown = JSON.parse(file);
  const forms = [
    JSON.stringify(values, undefined, 2),
    JSON.stringify(values),
    `\uFEFF${JSON.stringify(values)}`,
    file.trimEnd(),
    file.replaceAll("\n", "\r\n"),
    file.replace('"tenant":"default"', '\n"tenant": "default"'),
    file.replace('],"tombstones":[', '],\n"tombstones":\n['),
    `${file}\n \n`,
  ];
  for (const form of forms) {
    const other = new SimulatedFs();
    other.place(path, form);
    const driver = await openOn(other);
    await driver.apply(notes({ c: "three" }));
    await driver[Symbol.asyncDispose]();
    const saved: unknown = JSON.parse(other.textOf(path) ?? "");
    expect(saved).toMatchObject({
      layout,
      records: [{ id: "j", body: { a: 1, n: 100 } }, { id: "a😀" }, { id: "c", version: 1 }],
      tombstones: [{ id: "b", version: 2 }],
    });
  }
});

test("a file cut off at any byte is STORE_CORRUPT, says where, and stays as it is", async () => {
  const whole = Buffer.from((await storedFile()).textOf(path) ?? "");
  for (let length = 1; length < whole.length - 1; length++) {
    const fs = new SimulatedFs();
    fs.place(path, whole.subarray(0, length));
    const error = await errorOf(openOn(fs));
    const { line, offset } = error.details;
    expect([length, error.code, error.details["path"], error.retryable]).toEqual([
      length,
      "STORE_CORRUPT",
      path,
      false,
    ]);
    expect(typeof line === "number" && typeof offset === "number" && line <= 7 && offset <= length).toBe(true);
    expect(fs.names()).toEqual(["entities.json"]);
    expect(Buffer.from(fs.textOf(path) ?? "")).toHaveLength(Buffer.from(whole.subarray(0, length).toString()).length);
  }
});

test("damage inside is found at its line", async () => {
  const file = (await storedFile()).textOf(path) ?? "";
  const fs = new SimulatedFs();
  fs.place(path, file.replace('"text":"one"}', '"text":"one"'));
  const error = await errorOf(openOn(fs));
  expect([error.code, error.details["line"]]).toEqual(["STORE_CORRUPT", 4]);
  expect(error.message).not.toContain('"one"');
});

test.each<[string, string | Buffer]>([
  ["nothing", ""],
  ["white space alone", " \n"],
  ["null", "null"],
  ["a list", "[]"],
  ["another program's JSON", '{"_default":{"1":{"type":"Job"}}}'],
  ["another program's JSON with a member of our name", '{"holdfast":"yes","records":[]}'],
  ["no JSON", "SQLite format 3\0"],
  ["zeros", Buffer.alloc(5_000)],
  ["UTF-16", Buffer.from('{"holdfast":1}', "utf16le")],
  [
    "the same store twice",
    '{"holdfast":1,"highWater":1,"layout":{"types":[]},"records":[\n],"tombstones":[\n]}\n'.repeat(2),
  ],
  [
    "a layout of another shape",
    '{"holdfast":1,"highWater":1,"layout":{"types":[{"type":"Job"}]},"records":[\n],"tombstones":[\n]}\n',
  ],
  [
    "a record without a version",
    fileOf('{"type":"Note","tenant":"default","id":"a","documentVersion":1,"created":1,"updated":1,"body":{}}'),
  ],
  [
    "a body that is no object",
    fileOf(
      '{"type":"Note","tenant":"default","id":"a","version":1,"documentVersion":1,"created":1,"updated":1,"body":[]}',
    ),
  ],
  [
    "an id that is none",
    fileOf(
      '{"type":"Note","tenant":"default","id":"","version":1,"documentVersion":1,"created":1,"updated":1,"body":{}}',
    ),
  ],
  ["records without a comma between them", fileOf(`${record("a")}\n${record("b")}`)],
  ["a comma too many", fileOf(`${record("a")},`)],
  ["one key twice", fileOf(`${record("a")},\n${record("a")}`)],
  ["bytes that are not UTF-8", Buffer.from(fileOf(record("a\xff")), "latin1")],
])("%s is STORE_CORRUPT and stays as it is", async (_what, content) => {
  const fs = new SimulatedFs();
  fs.place(path, content);
  const error = await errorOf(openOn(fs));
  expect([error.code, error.outcome]).toEqual(["STORE_CORRUPT", "none"]);
  expect(fs.textOf(path)).toBe(content.toString());
  expect(fs.names()).toEqual(["entities.json"]);
});

test.each([
  '{"holdfast":3,"highWater":1,"layout":{"types":[]},"records":[\n],"tombstones":[\n]}\n',
  '{ "holdfast": 3, "shards": [] }',
  '{"holdfast":3}\n{"a line":"of another form"}\n',
])("a file of a newer form is LAYOUT_NEWER and stays as it is: %j", async (content) => {
  const fs = new SimulatedFs();
  fs.place(path, content);
  expect(await errorOf(openOn(fs))).toMatchObject({ code: "LAYOUT_NEWER", details: { path, known: 2 } });
  expect(fs.textOf(path)).toBe(content);
});

test("where there is no file, there is a new store, which stands in a file once it is open", async () => {
  const fs = new SimulatedFs();
  await openOn(fs);
  expect(withoutSums(fs.textOf(path) ?? "").replace(storeId, '"store":"S"')).toBe(
    '{"holdfast":2,"round":0,"highWater":0,"feed":{"store":"S","changes":0,"pruned":{}},"layout":{"types":[]},"sum":"…","records":[\n],"tombstones":[\n],"lines":1,"sums":"…"}\n',
  );
});

test("a large file is read and written in pieces, across characters of several bytes", async () => {
  const fs = new SimulatedFs();
  const driver = await openOn(fs);
  const bodies = Object.fromEntries(Array.from({ length: 4_000 }, (_, at) => [`n${at}`, "😀é".repeat(at % 200)]));
  await driver.apply(notes(bodies));
  const texts = await textsOf(driver);
  await driver[Symbol.asyncDispose]();
  expect(fs.log.filter((each) => each === "write").length).toBeGreaterThan(5);
  expect(Buffer.byteLength(fs.textOf(path) ?? "")).toBeGreaterThan(2 * 1024 * 1024);
  fs.bytesAtOnce = 100_003;
  const again = await openOn(fs);
  expect(await textsOf(again)).toEqual(texts);
  expect(fs.largestRead).toBeLessThanOrEqual(1024 * 1024);
});

function withoutSums(file: string): string {
  return file.replaceAll(/"(sums?)":"[0-9a-f]{8}"/g, '"$1":"…"');
}

function record(id: string): string {
  return JSON.stringify({
    type: "Note",
    tenant: "default",
    id,
    version: 1,
    documentVersion: 1,
    created: 1,
    updated: 1,
    body: {},
  });
}

function fileOf(records: string): string {
  return `{"holdfast":1,"highWater":1,"layout":{"types":[]},"records":[\n${records}\n],"tombstones":[\n]}\n`;
}
