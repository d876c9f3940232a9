import { gzipSync } from "node:zlib";

import { emptyLayout, HoldfastError, type OpenOptions, type Store } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { expect, test } from "vitest";

import { archiveBytes, inspectArchive, parseArchiveKey, restoreArchive } from "../src/index.ts";
import { sealed, unsealed } from "../src/archive-seal.ts";
import { hashedArchive } from "../src/hashed-archive.ts";
import { archiveOf, failureOf, rehashed, sourceOf } from "./archive-support.ts";
import { fill, filledRecords, model, newRecord } from "./sample-model.ts";

/** An archive is the same on every backend, so any will do. */
const [target] = storesUnderTest();

function openStore(options: OpenOptions): Promise<Store> {
  if (target === undefined) throw new Error("no store is under test");
  return target.open(options);
}

const key = parseArchiveKey("0123456789abcdef".repeat(4));
const packings = [
  { name: "plain", packing: {} },
  { name: "gzip", packing: { gzip: true } },
  { name: "encrypted", packing: { key } },
  { name: "gzip and encrypted", packing: { gzip: true, key } },
];

/** Both look at all of an archive: one at each of its lines, the other at its bytes. */
const proofs = [inspectArchive, hashedArchive];

async function sample(packing: object = {}): Promise<Buffer> {
  await using store = await openStore({ model });
  await fill(store);
  return await archiveOf(store, packing);
}

/** Of a store without a model: few bytes, so that each of them can be tried. */
async function smallSample(packing: object = {}): Promise<Buffer> {
  await using store = await openStore({});
  for (const view of [store, store.tenant("other")]) {
    await view.write(["a", "b"].map((id) => ({ put: newRecord("Note", id, { text: "é" }), expect: "absent" })));
    await view.write([{ delete: { type: "Note", id: "b" }, expect: "present" }]);
  }
  return await archiveOf(store, packing);
}

test.each(packings)("$name: an archive says what is in it, in pieces of whatever size", async ({ packing }) => {
  const archive = await sample(packing);
  const infos = [];
  for (const size of [1, 7, 1_000, archive.byteLength]) {
    for (const prove of proofs) infos.push(await prove(sourceOf(archive, size), { key }));
  }
  expect(infos[0]).toMatchObject({
    records: filledRecords,
    tombstones: 1,
    gzip: "gzip" in packing,
    encrypted: "key" in packing,
    layout: model.layout,
  });
  for (const info of infos) expect(info).toEqual(infos[0]);
});

test.each(packings)("$name: an archive that was cut is refused, wherever it was cut", async ({ packing }) => {
  const archive = await smallSample(packing);
  const accepted: number[] = [];
  for (let end = 0; end < archive.byteLength; end++) {
    const cut = sourceOf(archive.subarray(0, end), 4_096);
    for (const prove of proofs) {
      const found: unknown = await prove(cut, { key }).catch((thrown: unknown) => thrown);
      if (!HoldfastError.is(found, "STORE_CORRUPT")) accepted.push(end);
    }
  }
  expect(accepted).toEqual([]);
});

test.each([
  { name: "plain", packing: {} },
  { name: "encrypted", packing: { key } },
])("$name: an archive of which one byte was changed is refused, whichever byte", async ({ packing }) => {
  const archive = await smallSample(packing);
  const accepted: number[] = [];
  for (let at = 0; at < archive.byteLength; at++) {
    const altered = Buffer.from(archive);
    altered[at] = (altered[at] ?? 0) ^ (at % 2 === 0 ? 1 : 0x80);
    for (const prove of proofs) {
      const error = await failureOf(prove(sourceOf(altered, 4_096), { key }));
      if (!["STORE_CORRUPT", "INVALID_CONFIG", "LAYOUT_NEWER"].includes(error.code)) accepted.push(at);
    }
  }
  expect(accepted).toEqual([]);
});

test("gzip: what a changed byte makes of an archive is refused, or is the same archive", async () => {
  const archive = await smallSample({ gzip: true });
  const whole = await inspectArchive(sourceOf(archive));
  const accepted: { readonly at: number; readonly found: unknown }[] = [];
  for (let at = 0; at < archive.byteLength; at++) {
    const altered = Buffer.from(archive);
    altered[at] = (altered[at] ?? 0) ^ 1;
    const found: unknown = await inspectArchive(sourceOf(altered, 4_096)).catch((thrown: unknown) => thrown);
    if (!HoldfastError.is(found, "STORE_CORRUPT")) accepted.push({ at, found });
  }
  // gzip's own header tells a time and a system, which no checksum covers.
  expect(accepted.filter(({ at }) => at > 9)).toEqual([]);
  for (const { found } of accepted) expect(found).toEqual(whole);
});

test("something behind the end of an archive is refused", async () => {
  const archive = await sample();
  for (const more of ["\n", " ", "{}\n", archive]) {
    const longer = sourceOf(Buffer.concat([archive, Buffer.from(more)]));
    for (const prove of proofs) expect((await failureOf(prove(longer, {}))).code).toBe("STORE_CORRUPT");
  }
});

test("an encrypted archive opens with its key only, and shows nothing of what is in it", async () => {
  const archive = await sample({ key });
  expect(archive.includes("ATask")).toBe(false);
  expect((await failureOf(inspectArchive(sourceOf(archive)))).code).toBe("INVALID_CONFIG");
  const other = parseArchiveKey("f".repeat(64));
  const error = await failureOf(inspectArchive(sourceOf(archive), { key: other }));
  expect(error.code).toBe("INVALID_CONFIG");
  expect(error.message).toContain("another key");
  expect(await sample({ key })).not.toEqual(archive);
});

test("a key is 64 hexadecimal digits or 32 bytes in base64, and a message never shows it", async () => {
  const bytes = Buffer.alloc(32, 0xfe);
  expect(parseArchiveKey(`${bytes.toString("base64")}\n`)).toEqual(bytes);
  expect(parseArchiveKey(bytes.toString("base64url"))).toEqual(bytes);
  for (const text of ["", "hunter2", "0".repeat(63), `${"0".repeat(64)}!`]) {
    expect(() => parseArchiveKey(text)).toThrow(/64 hexadecimal digits/);
    expect(() => parseArchiveKey(text)).not.toThrow(/hunter2/);
  }
  const short = { key: Buffer.alloc(16) };
  await using store = await openStore({ model });
  expect((await failureOf(archiveOf(store, short))).code).toBe("INVALID_CONFIG");
});

test("blocks of an encrypted archive that were swapped, doubled or left out are refused", async () => {
  await using store = await openStore({});
  const body = { text: "x".repeat(1_000) };
  await store.write(
    Array.from({ length: 300 }, (_, at) => ({
      put: { type: "Note", id: `n${at}`, documentVersion: 1, body },
      expect: "absent",
    })),
  );
  const archive = await archiveOf(store, { key });
  const block = 64 * 1024 + 16;
  const head = archive.byteLength % block === 0 ? block : 0;
  const start = archive.indexOf("\n") + 1 + 32;
  expect(head).toBe(0);
  const blocks = Array.from({ length: Math.ceil((archive.byteLength - start) / block) }, (_, at) =>
    archive.subarray(start + at * block, start + (at + 1) * block),
  );
  expect(blocks.length).toBeGreaterThan(3);
  const [a = archive, b = archive, ...rest] = blocks;
  for (const order of [[b, a, ...rest], [a, a, b, ...rest], [b, ...rest], blocks.slice(0, -1)]) {
    const altered = Buffer.concat([archive.subarray(0, start), ...order]);
    expect((await failureOf(inspectArchive(sourceOf(altered), { key }))).code).toBe("STORE_CORRUPT");
  }
  expect((await inspectArchive(sourceOf(archive), { key })).records).toBe(300);
});

test("what is decrypted of an archive that was cut between two blocks never comes to its end", async () => {
  const bytes = Buffer.alloc(200 * 1024, "x");
  const pieces: Uint8Array[] = [];
  for await (const piece of sealed(sourceOf(bytes)(), key)) pieces.push(piece);
  const whole: Uint8Array[] = [];
  for await (const piece of unsealed(sourceOf(Buffer.concat(pieces))(), key)) whole.push(piece);
  expect(Buffer.concat(whole)).toEqual(bytes);
  const given: Uint8Array[] = [];
  const cut = async (): Promise<void> => {
    for await (const piece of unsealed(sourceOf(Buffer.concat(pieces.slice(0, -1)))(), key)) given.push(piece);
  };
  expect((await failureOf(cut())).code).toBe("STORE_CORRUPT");
  expect(Buffer.concat(given).byteLength).toBe(2 * 64 * 1024);
});

test("lines that were swapped, doubled or left out are refused, even under a hash that fits them", async () => {
  const archive = await sample();
  const changes: ((lines: readonly string[]) => readonly string[])[] = [
    ([header = "", first = "", second = "", ...rest]) => [header, second, first, ...rest],
    ([header = "", first = "", second = "", third = "", ...rest]) => [header, first, third, second, ...rest],
    ([header = "", first = "", ...rest]) => [header, first, first, ...rest],
    ([header = "", , ...rest]) => [header, ...rest],
    ([header = "", first = "", , ...rest]) => [header, first, first, ...rest],
    ([header = "", ...rest]) => [header, ...rest.toReversed()],
    ([header = "", ...rest]) => [header.replace('"records":1', '"records":2'), ...rest],
    ([header = "", first = "", ...rest]) => [header, first.replace('"version":', '"version": '), ...rest],
    ([header = "", first = "", ...rest]) => [header, first.replace('"version":4', '"version":4.5'), ...rest],
    ([header = "", first = "", ...rest]) => [header, first.replace('"id":"m1"', '"id":"m\\u0000"'), ...rest],
    ([header = "", first = "", ...rest]) => [header, first.replace('"body":{', '"body":{"title":1,'), ...rest],
  ];
  expect((await inspectArchive(sourceOf(rehashed(archive, (lines) => lines)))).records).toBe(filledRecords);
  for (const [at, change] of changes.entries()) {
    const altered = rehashed(archive, change);
    expect(altered.equals(archive), `change ${at} changes something`).toBe(false);
    expect((await failureOf(inspectArchive(sourceOf(altered)))).code, `change ${at}`).toBe("STORE_CORRUPT");
  }
});

test("an archive of a newer form is LAYOUT_NEWER, and what is no archive is refused", async () => {
  const archive = await sample();
  const newer = rehashed(archive, ([header = "", ...rest]) => [header.replace('"format":1', '"format":2'), ...rest]);
  const error = await failureOf(inspectArchive(sourceOf(newer)));
  expect(error.code).toBe("LAYOUT_NEWER");
  expect(error.details).toEqual({ format: 2, known: 1 });
  for (const text of ["", "\n", "{}\n", "not JSON\n", '{"holdfast":2,"records":[\n', "\ufeff{}\n"]) {
    expect((await failureOf(inspectArchive(sourceOf(Buffer.from(text))))).code).toBe("STORE_CORRUPT");
  }
});

test("a small file that unpacks to an endless line is refused long before it is unpacked", async () => {
  const member = gzipSync(Buffer.alloc(16 * 1024 * 1024, "a"));
  const bomb = Buffer.concat(Array.from({ length: 100 }, () => member));
  expect(bomb.byteLength).toBeLessThan(2_000_000);
  let read = 0;
  const source = async function* () {
    for (let at = 0; at < bomb.byteLength; at += 1_024) {
      read += 1_024;
      yield bomb.subarray(at, at + 1_024);
    }
  };
  const error = await failureOf(inspectArchive(source, { maxLineBytes: 1024 * 1024 }));
  expect(error.code).toBe("DOCUMENT_TOO_LARGE");
  expect(read).toBeLessThan(bomb.byteLength / 2);
  const lines = gzipSync(Buffer.from(`${'{"record":{}}\n'.repeat(100_000)}`));
  expect((await failureOf(inspectArchive(sourceOf(lines)))).details).toMatchObject({ line: 1 });
});

test("an archive that is not whole is refused before anything is written", async () => {
  const archive = await sample();
  for (const end of [10, archive.byteLength / 2, archive.byteLength - 1]) {
    await using store = await openStore({ model });
    expect((await failureOf(restoreArchive(store, sourceOf(archive.subarray(0, end))))).code).toBe("STORE_CORRUPT");
    expect((await store.stats()).records).toBe(0);
  }
});

test("an archive that is another one when it is read again is told of", async () => {
  const [first, second] = [await sample(), await sample()];
  const [a, b] = [sourceOf(first), sourceOf(second)];
  let times = 0;
  await using store = await openStore({ model });
  const error = await failureOf(restoreArchive(store, () => (times++ === 0 ? a() : b())));
  expect(error.code).toBe("STORE_CORRUPT");
  expect(error.message).toContain("another one than was read before");
});

test("a store that lacks something of the archive's model refuses it", async () => {
  const archive = await sample();
  await using store = await openStore({ model: { layout: emptyLayout } });
  const error = await failureOf(restoreArchive(store, sourceOf(archive)));
  expect([error.code, error.details]).toEqual(["INVALID_MODEL", { type: "ATask" }]);
  expect((await store.stats()).records).toBe(0);
});

test("reading ends with ABORTED by the signal, and an archive that nobody reads on ends its backup", async () => {
  const archive = await sample();
  const signal = AbortSignal.abort();
  expect((await failureOf(inspectArchive(sourceOf(archive), { signal }))).code).toBe("ABORTED");
  await using store = await openStore({ model });
  await fill(store);
  expect((await failureOf(archiveOf(store, { signal }))).code).toBe("ABORTED");
  for (const packing of packings) {
    for await (const piece of archiveBytes(store, packing.packing)) if (piece.byteLength > 0) break;
  }
});
