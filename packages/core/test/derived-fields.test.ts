import {
  decodeEntity,
  defineEntity,
  defineModel,
  derivedFields,
  documentFields,
  encodeEntity,
  typeLayout,
  workflowLifecycle,
} from "@holdfast/core";
import type { JsonObject, StoredRecord } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failureOf } from "./entity-support.ts";

const day = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

const Book = defineEntity({
  name: "Book",
  schema: z.object({
    title: z.string(),
    pages: z.array(z.string()).default([]),
    due: day.optional(),
    sortTitle: z.string().nullable().default(null),
    dueYear: z.number().nullable().default(null),
  }),
  lifecycle: workflowLifecycle,
  indexes: [["sortTitle"], ["dueYear"]],
  schemaVersion: 2,
  upcast: { 1: ({ name = null, ...old }) => ({ ...old, title: name }) },
  derived: {
    sortTitle: ({ title }, id) => (typeof title === "string" ? `${title.toLowerCase()} ${id}` : null),
    dueYear: ({ due = null }) => (typeof due === "string" ? Number(due.slice(0, 4)) : null),
  },
});

function record(documentVersion: number, body: JsonObject): StoredRecord {
  return { type: "Book", tenant: "default", id: "b1", version: 1, created: 0, updated: 0, documentVersion, body };
}

describe("a derived field", () => {
  test("is written as the other fields have it, from their encoded side, whatever the draft says of it", () => {
    const draft = { title: "Emma", due: new Date("1815-12-23T00:00:00.000Z"), sortTitle: "zzz" };
    expect(encodeEntity(Book, "b1", draft)).toMatchObject({ title: "Emma", sortTitle: "emma b1", dueYear: 1815 });
    expect(draft.sortTitle).toBe("zzz");
  });

  test("is derived anew when it is read, from the newest form of the document, whatever is stored", () => {
    const body = { name: "Emma", status: "stopped" };
    expect(decodeEntity(Book, record(1, body))).toMatchObject({ title: "Emma", sortTitle: "emma b1", dueYear: null });
    const stale = { title: "Emma", sortTitle: "of old", status: "stopped" };
    expect(decodeEntity(Book, record(2, stale))).toMatchObject({ sortTitle: "emma b1" });
  });

  test("is what queries see, of documents of any version and whatever their bodies say, which stay as they are", () => {
    const { layout, lift } = defineModel([Book]);
    const sortTitle = (documentVersion: number, body: JsonObject): unknown =>
      documentFields(typeLayout(layout, "Book"), lift, { type: "Book", id: "b1", documentVersion, body }).fields.get(
        "sortTitle",
      );
    expect(sortTitle(1, { name: "Emma" })).toBe("emma b1");
    expect(sortTitle(2, { title: "Emma" })).toBe("emma b1");
    expect(sortTitle(2, { title: "Emma", sortTitle: "of old" })).toBe("emma b1");
    expect(sortTitle(3, { title: "Emma", sortTitle: "of newer rules" })).toBe("of newer rules");
    expect(lift({ type: "Book", id: "b1", documentVersion: 1, body: { name: "Emma" } }).body).toEqual({
      title: "Emma",
    });
  });

  test("sees neither the fields of the store nor those of the lifecycle", () => {
    const seen: (readonly string[])[] = [];
    const entity = { ...Book, derived: { dueYear: (body: JsonObject) => seen.push(Object.keys(body)) } };
    const draft = { title: "Emma", id: "b1", version: 3, status: "failed", finishedAt: null };
    encodeEntity(entity, "b1", draft, { status: "failed", finishedAt: null });
    derivedFields(entity, { type: "Book", id: "b1" }, { title: "Emma", status: "failed", finishedAt: null });
    expect(seen[0]).not.toContain("status");
    expect(seen[0]).not.toContain("version");
    expect(seen[1]).toEqual(["title"]);
  });

  test("that cannot be derived, or does not fit its schema, makes the entity invalid and names the field", () => {
    const broken = { ...Book, derived: { sortTitle: (): string => JSON.parse("{") as string } };
    expect(failureOf(() => encodeEntity(broken, "b1", { title: "a" }))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { type: "Book", id: "b1", path: ["sortTitle"] },
    });
    const wrong = { ...Book, derived: { sortTitle: (): number => 5 } };
    expect(failureOf(() => encodeEntity(wrong, "b1", { title: "a" }))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: ["sortTitle"] },
    });
  });

  test("must be a field of the schema", () => {
    const entity = { ...Book, derived: { sortName: (): null => null } };
    expect(failureOf(() => defineModel([entity]))).toMatchObject({
      code: "INVALID_MODEL",
      message: 'entity "Book": derived field "sortName" is not a field of the schema',
    });
  });
});
