import { createStore, HoldfastError } from "@holdfast/core";
import type { RecordText, Store, Tombstone, Writer } from "@holdfast/core";
import { bound, faultyDriver } from "@holdfast-tooling/seeded-bugs";
import { expect, test } from "vitest";

/** A store whose snapshots read something else than is stored. */
async function misreading(change: (writer: Writer) => Partial<Writer>): Promise<Store> {
  const driver = faultyDriver((sound) => ({
    transaction: (mode, work) => sound.transaction(mode, (writer) => work({ ...bound(writer), ...change(writer) })),
  }));
  const store = await createStore({ backend: "faulty", driver, options: {} });
  for (const id of ["a", "b", "c", "d"]) {
    await store.write([{ put: { type: "Note", id, documentVersion: 1, body: { id } }, expect: "absent" }]);
  }
  await store.write(["c", "d"].map((id) => ({ delete: { type: "Note", id }, expect: "present" })));
  return store;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

const changesFirst = (change: (record: RecordText) => RecordText) => (writer: Writer) => ({
  find: async (...asked: Parameters<Writer["find"]>) =>
    (await writer.find(...asked)).map((row, at) => (at === 0 ? { ...row, record: change(row.record) } : row)),
});

const buries = (change: (all: readonly Tombstone[]) => readonly Tombstone[]) => (writer: Writer) => ({
  tombstones: async (...asked: Parameters<Writer["tombstones"]>) => change(await writer.tombstones(...asked)),
});

const cases: Readonly<Record<string, (writer: Writer) => Partial<Writer>>> = {
  "records in another order": (writer) => ({
    find: async (...asked) => (await writer.find(...asked)).toReversed(),
  }),
  "one record twice": (writer) => ({
    find: async (...asked) => (await writer.find(...asked)).flatMap((row, at) => (at === 0 ? [row, row] : [])),
  }),
  "a record of another tenant": changesFirst((record) => ({ ...record, tenant: "other" })),
  "a record of another type": changesFirst((record) => ({ ...record, type: "Other" })),
  "an id that no record has": changesFirst((record) => ({ ...record, id: "a\n" })),
  "a version that is none": changesFirst((record) => ({ ...record, version: 0.5 })),
  "a version of the document that is none": changesFirst((record) => ({ ...record, documentVersion: 0 })),
  "a time before all times": changesFirst((record) => ({ ...record, created: -1 })),
  "a last write beyond all times": changesFirst((record) => ({ ...record, updated: 2 ** 53 })),
  "a document that is none": changesFirst(({ body: _shared, ...record }) => ({ ...record, text: "[]" })),
  "tombstones in another order": buries((all) => all.toReversed()),
  "one tombstone twice": buries(([first]) => (first === undefined ? [] : [first, first])),
  "a tombstone of another type": buries((all) => all.map((each) => ({ ...each, type: "Other" }))),
  "a delete at no time": buries((all) => all.map((each) => ({ ...each, deleted: NaN }))),
};

test.each(Object.entries(cases))("an archive is broken off over %s", async (_what, change) => {
  await using store = await misreading(change);
  const { readable, writable } = new TransformStream<string, string>();
  const read = textOf(readable);
  const [written] = await Promise.allSettled([store.backup(writable), read]);
  expect(written).toMatchObject({ status: "rejected", reason: expect.any(HoldfastError) as Error });
  expect(written).toMatchObject({ reason: { code: "STORE_CORRUPT" } });
});

test("an archive of the same store is whole where nothing is misread", async () => {
  await using store = await misreading(() => ({}));
  const { readable, writable } = new TransformStream<string, string>();
  const [, read] = await Promise.all([store.backup(writable), textOf(readable)]);
  const lines = read.trimEnd().split("\n");
  expect(lines).toHaveLength(6);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ records: 2, tombstones: 2 });
});
