import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { crc32 } from "node:zlib";
import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";
import type { SavedPiece } from "@holdfast/store-memory";
import type { DurableFs } from "../src/durable-fs.ts";
import { readStoreFile } from "../src/read-store-file.ts";
import { SimulatedFs } from "@holdfast-tooling/simulated-fs";
import { errorOf, notes, openOn, path, textsOf } from "./open-driver.ts";

/** Three notes and a tombstone. */
async function storedFile(): Promise<Buffer> {
  const fs = new SimulatedFs();
  const driver = await openOn(fs);
  await driver.apply(notes({ a: "one", é: "{ 😀", b: '"}' }));
  await driver.apply([[{ kind: "delete", tenant: "default", type: "Note", id: "b", expect: "any" }]]);
  await driver[Symbol.asyncDispose]();
  return Buffer.from(fs.textOf(path) ?? "");
}

async function contentOf(fs: DurableFs): Promise<unknown> {
  const file = await fs.openToRead(path);
  const { pieces, ...header } = await readStoreFile(file, path);
  const read: SavedPiece[] = [];
  for await (const some of pieces) read.push(...some);
  return { header, read };
}

function placed(bytes: Buffer | string): SimulatedFs {
  const fs = new SimulatedFs();
  fs.place(path, bytes);
  return fs;
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}

test("each line carries the CRC-32 of what stands before it, and the last line that of all of these", async () => {
  const lines = (await storedFile()).toString().split("\n");
  const sums: string[] = [];
  for (const line of lines) {
    const [, before = "", sum] = /^(\{.*),"sum":"([0-9a-f]{8})"(?:\},?|,"records":\[)$/u.exec(line) ?? [];
    if (sum === undefined) continue;
    expect(sum).toBe(hex(crc32(before)));
    sums.push(sum);
  }
  expect(sums).toHaveLength(4);
  expect(lines.at(-2)).toBe(`],"lines":4,"sums":"${hex(crc32(Buffer.from(sums.join(""), "hex")))}"}`);
});

test("with one bit flipped, in any byte, the file says the very same or is STORE_CORRUPT, about at its line", async () => {
  const whole = await storedFile();
  const content = await contentOf(placed(whole));
  const verdicts = { same: 0, told: 0 };
  const wrong: unknown[] = [];
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const line = whole
      .subarray(0, bit >> 3)
      .toString()
      .split("\n").length;
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const read = await contentOf(placed(bytes)).catch((thrown: unknown) => thrown);
    if (isDeepStrictEqual(read, content)) verdicts.same++;
    else if (isTold(read, line)) verdicts.told++;
    else wrong.push([bit, read]);
  }
  expect(wrong).toEqual([]);
  expect(verdicts.same).toBeLessThan(8);
});

function isTold(read: unknown, line: number): boolean {
  if (!HoldfastError.is(read, "STORE_CORRUPT") || typeof read.details["reason"] !== "string") return false;
  return Math.abs(Number(read.details["line"] ?? line) - line) <= 1;
}

test.each<[string, (file: string) => string]>([
  ["a line that is gone", (file) => file.replace(/\{"type":"Note".*\n/u, "")],
  ["a line that stands twice", (file) => file.replace(/\{"type":"Note".*\n/u, "$&$&")],
  [
    "two lines that changed places",
    (file) => file.replace(/(\{"type":"Note".*),\n(\{"type":"Note".*)\n/u, "$2,\n$1\n"),
  ],
  ["a word that a person changed", (file) => file.replace('"one"', '"two"')],
  ["a record that a person added", (file) => file.replace(/\{"type":"Note"/u, `${addedRecord},\n$&`)],
  ["another count of lines", (file) => file.replace('"lines":4', '"lines":5')],
  ["no sums", (file) => file.replaceAll(/,"sums?":"[0-9a-f]{8}"/gu, "")],
  ["no sums, and the form of before there were any", (file) => withoutLineSums(file)],
  ["a word that was changed, and all of it re-formatted", (file) => indented(file.replace('"one"', '"two"'))],
  ["a member that was added, and all of it re-formatted", (file) => indented(file.replace('"version":1', '"v":2,$&'))],
])("%s is STORE_CORRUPT, and the message says how to go on", async (_what, change) => {
  const file = (await storedFile()).toString();
  expect(change(file)).not.toBe(file);
  const fs = placed(change(file));
  const error = await errorOf(openOn(fs));
  expect(error).toMatchObject({ code: "STORE_CORRUPT", outcome: "none", details: { path, mismatch: true } });
  expect(error.message).toContain("--accept-edit");
  expect(fs.textOf(path)).toBe(change(file));
});

test("a file of the form of before there were sums opens with its journal, and is of the new form after a close", async () => {
  const fs = new SimulatedFs();
  for (const [name, fixture] of [
    ["entities.json", "form-1-snapshot.txt"],
    ["entities.json.journal.4", "form-1-journal.txt"],
  ]) {
    fs.place(`/data/${name}`, await readFile(new URL(`fixtures/${fixture}`, import.meta.url)));
  }
  const layout = { types: [] };
  const driver = await openOn(fs, {}, layout);
  expect(await textsOf(driver)).toEqual({ b: '{"text":"behind"}' });
  const [job] = await driver.get("default", "Job", ["j"]);
  expect([job?.version, job?.text]).toEqual([
    1,
    expect.stringContaining('"é😀\\u0000\\ud800","__proto__":1,"n":1e+21'),
  ]);
  const stats = await driver.stats();
  await driver[Symbol.asyncDispose]();
  expect(fs.names()).toEqual(["entities.json"]);
  expect(fs.textOf(path)).toMatch(/^\{"holdfast":2,"round":6,/);
  expect(await (await openOn(fs)).stats()).toEqual(stats);
});

test.each([
  ['{"a":1,"b":{"c":2,"c":3}}', "in a document"],
  ['{"a":[{"x":1},{"x":2,"\\u0078":3}]}', "written in two ways"],
])(
  "in a file of the form without sums, a name that stands twice in one object (%s) is STORE_CORRUPT: %s",
  async (body) => {
    for (const file of [oldFile(body), indented(oldFile("{}")).replace('"body": {}', `"body": ${body}`)]) {
      const error = await errorOf(openOn(placed(file)));
      expect([error.code, typeof error.details["first"]]).toEqual(["STORE_CORRUPT", "object"]);
      expect(error.message).toContain("twice");
    }
  },
);

test("the same names in different objects, and names within texts, are no names that stand twice", async () => {
  const body = '{"a":{"a":1},"b":[{"a":1},{"a":2}],"c":"\\"a\\":1,\\"a\\":2","d":"{","\\\\":"\\\\","e":["c","c"]}';
  expect(await textsOf(await openOn(placed(oldFile(body))))).toEqual({ a: body });
});

test("a record that a person adds to a file without sums, without a number or with another's, is a change behind all others", async () => {
  const line =
    '{"type":"Note","tenant":"default","id":"a","version":1,"documentVersion":1,"created":1,"updated":1,"change":1,"body":{}}';
  const more = [line.replace('"a"', '"b1"').replace(',"change":1', ""), line.replace('"a"', '"b2"')];
  const feed = '"feed":{"store":"s","changes":1,"pruned":{}},';
  const limits = { changes: 10, bytes: 1_000_000 };
  const before = await openOn(
    placed(
      oldFile("{}")
        .replace('"layout"', `${feed}"layout"`)
        .replace(/\{"type":"Note".*/u, line),
    ),
  );
  const { next } = await before.changes("default", undefined, limits);
  const file = oldFile("{}")
    .replace('"layout"', `${feed}"layout"`)
    .replace(/\{"type":"Note".*/u, [line, ...more].join(",\n"));
  const { changes, caughtUp } = await (await openOn(placed(file))).changes("default", next, limits);
  expect(new Set(changes.map((each) => each.kind === "put" && each.record.id))).toEqual(new Set(["b1", "b2"]));
  expect(caughtUp).toBe(true);
});

const addedRecord =
  '{"type":"Note","tenant":"default","id":"0","version":1,"documentVersion":1,"created":1,"updated":1,"body":{}}';

function oldFile(body: string): string {
  const record = addedRecord.replace('"id":"0"', '"id":"a"').replace('"body":{}', `"body":${body}`);
  return `{"holdfast":1,"highWater":1,"layout":{"types":[]},"records":[\n${record}\n],"tombstones":[\n]}\n`;
}

function withoutLineSums(file: string): string {
  const [header = "", ...others] = file.replace('"holdfast":2', '"holdfast":1').split("\n");
  return [header, ...others.map((line) => line.replace(/,"sum":"[0-9a-f]{8}"/u, ""))].join("\n");
}

function indented(file: string): string {
  return JSON.stringify(JSON.parse(file), undefined, 2);
}
