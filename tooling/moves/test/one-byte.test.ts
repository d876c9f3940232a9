import { contentHash, type Store, type StoredRecord } from "@holdfast/core";
import { verify } from "@holdfast/migrate";
import { writeEvidence } from "@holdfast-tooling/evidence";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openAt } from "../src/open-at.ts";
import { makePlaces, missing, type Places, type Scheme } from "./move-tools.ts";

/** `ONE_BYTE_IN=json,postgres` names other stores. */
const schemes = (process.env["ONE_BYTE_IN"] ?? "sqlite").split(",") as readonly Scheme[];
const documents = 100_000;
const page = 10_000;
const timeout = 600_000;

function idOf(at: number): string {
  return `n${String(at).padStart(6, "0")}`;
}

async function fill(store: Store): Promise<void> {
  for (let first = 0; first < documents; first += page) {
    const bodies = Array.from(
      { length: page },
      (_, at) =>
        [idOf(first + at), { title: `note ${first + at}`, steps: [{ cost: 1 }, { text: "as it was" }] }] as const,
    );
    await store.write(
      bodies.map(([id, body]) => ({ put: { type: "Note", id, documentVersion: 1, body }, expect: "absent" })),
    );
  }
}

function withOneByte(record: StoredRecord, id: string): StoredRecord {
  if (record.id !== id) return record;
  return { ...record, body: { ...record.body, steps: [{ cost: 1 }, { text: "as it wbs" }] } };
}

/** Restores all records as they are, but for one byte of one. */
async function copyChanged(from: Store, to: Store, id: string): Promise<void> {
  let after: string | undefined;
  do {
    const found = await from.find({ type: "Note", limit: page, ...(after === undefined ? {} : { after }) });
    await to.write(found.records.map((record) => ({ restore: withOneByte(record, id) })));
    after = found.next;
  } while (after !== undefined);
}

describe.skipIf(missing !== undefined).each(schemes)("in %s", (scheme) => {
  let places: Places;
  beforeAll(async () => {
    places = await makePlaces();
  });
  afterAll(() => places[Symbol.asyncDispose]());

  test(
    "one changed byte in 100,000 documents is found and named by id, field and key range",
    { timeout },
    async ({ task }) => {
      await using from = await openAt(await places.freshUrl(scheme), { durability: "process-crash" });
      await using to = await openAt(await places.freshUrl(scheme), { durability: "process-crash" });
      await fill(from);
      const id = idOf(65_432);
      await copyChanged(from, to, id);
      const report = await verify(from, to);
      expect(report).toMatchObject({ equal: false, differing: 1, sourceRecords: documents, targetRecords: documents });
      expect(report.differences).toEqual([
        { tenant: "default", type: "Note", id, kind: "different", fields: ["body.steps[1].text"] },
      ]);
      expect(report.ranges).toMatchObject([
        { after: idOf(64_999), upTo: idOf(65_999), sourceRecords: 1_000, targetRecords: 1_000 },
      ]);
      expect(report.rangesCompared).toBe(documents / 1_000);
      expect(report.sourceHash).not.toBe(report.targetHash);
      const [record] = await from.get("Note", [id]);
      const [other] = await to.get("Note", [id]);
      expect(record !== undefined && other !== undefined && contentHash(record) !== contentHash(other)).toBe(true);
      await writeEvidence({
        name: `one-byte-${scheme}`,
        title: `One changed byte: ${scheme}`,
        figures: { documents, "documents found to differ": report.differing, "fields named": 1 },
        promises: [
          {
            promise: "One changed byte in 100,000 documents is found and named.",
            test: "tooling/moves/test/one-byte.test.ts",
            name: task.name,
          },
        ],
      });
    },
  );
});
