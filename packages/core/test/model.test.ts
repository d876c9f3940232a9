import {
  defineEntity,
  defineLifecycle,
  defineModel,
  HoldfastError,
  Transition,
  workflowLifecycle,
} from "@holdfast/core";
import type { Entity } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const isoDate = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});

/** A declaration as plain JavaScript could write it, where no compiler helps. */
function declare(definition: Readonly<Record<string, unknown>>): Entity {
  return Reflect.apply(defineEntity, undefined, [{ name: "Thing", schema: z.object({}), ...definition }]);
}

function problemOf(...entities: readonly Entity[]): string {
  try {
    defineModel(entities);
  } catch (error) {
    if (HoldfastError.is(error, "INVALID_MODEL")) return error.message;
    throw error;
  }
  return "no problem";
}

describe("a model's layout", () => {
  const Mission = defineEntity({ name: "Mission", schema: z.object({ name: z.string() }), indexes: [["name"]] });
  const Job = defineEntity({
    name: "Job",
    schema: z.object({
      name: z.string(),
      due: isoDate.optional(),
      tries: z.number().int().default(0),
      urgent: z.boolean().nullish(),
      size: z.enum(["small", "large"]).catch("small"),
      missionId: z.string().nullable(),
      notes: z.array(z.string()).default([]),
    }),
    lifecycle: workflowLifecycle,
    indexes: [["status", "createdAt"], { fields: ["name", "due"], unique: true }, ["tries", "urgent", "size"]],
    references: { missionId: { to: "Mission", onDelete: "detach" } },
    schemaVersion: 3,
  });

  test("holds the declared fields with the kind that they have in JSON, the lifecycle's and the references among them", () => {
    expect(defineModel([Mission, Job]).layout.types.find(({ type }) => type === "Job")).toEqual({
      type: "Job",
      schemaVersion: 3,
      fields: [
        { name: "due", kind: "string" },
        { name: "finishedAt", kind: "string" },
        { name: "missionId", kind: "string" },
        { name: "name", kind: "string" },
        { name: "size", kind: "string" },
        { name: "status", kind: "string" },
        { name: "tries", kind: "number" },
        { name: "urgent", kind: "boolean" },
      ],
      indexes: [
        { fields: ["status", "createdAt"], unique: false },
        { fields: ["name", "due"], unique: true },
        { fields: ["tries", "urgent", "size"], unique: false },
        { fields: ["missionId"], unique: false },
      ],
      references: [{ field: "missionId", to: "Mission", onDelete: "detach" }],
    });
  });

  test("is ordered by type, whatever the order of declaration", () => {
    expect(defineModel([Mission, Job]).layout).toEqual(defineModel([Job, Mission]).layout);
    expect(defineModel([Mission, Job]).layout.types.map(({ type }) => type)).toEqual(["Job", "Mission"]);
  });

  test("is plain data, so that a store can keep it", () => {
    const { layout } = defineModel([Mission, Job]);
    expect(JSON.parse(JSON.stringify(layout))).toEqual(layout);
  });

  test("has Transition where a lifecycle keeps its history, once", () => {
    const kept = defineLifecycle({ statuses: ["on"], initial: "on", events: {}, history: true });
    const Lamp = defineEntity({ name: "Lamp", schema: z.object({}), lifecycle: kept });
    expect(defineModel([Lamp]).layout.types.map(({ type }) => type)).toEqual(["Lamp", "Transition"]);
    expect(defineModel([Lamp, Transition]).entities).toEqual([Lamp, Transition]);
    expect(defineModel([Mission]).layout.types.map(({ type }) => type)).toEqual(["Mission"]);
  });

  test.each([
    ["text formats", z.iso.datetime(), "string"],
    ["literals of one kind", z.literal(["a", "b"]), "string"],
    ["template literals", z.templateLiteral(["v", z.number()]), "string"],
    ["unions of one kind", z.union([z.literal(1), z.number().min(5), z.null()]), "number"],
    ["read-only and branded fields", z.string().brand<"Id">().readonly(), "string"],
    ["checked pipes", z.string().pipe(z.uuid()), "string"],
    ["stringbool, which is text in JSON", z.stringbool(), "string"],
    ["lazy fields", z.lazy(() => z.boolean()), "boolean"],
    ["trimmed text, which is text both ways", z.string().trim(), "string"],
  ])("indexes %s", (_what, field, kind) => {
    const Thing = declare({ schema: z.object({ field }), indexes: [["field"]] });
    expect(defineModel([Thing]).layout.types[0]?.fields).toEqual([{ name: "field", kind }]);
  });
});

describe("a model is refused", () => {
  test.each([
    ["a name with a sign in it", { name: "my-thing" }, "a name has 1 to 48 letters"],
    ["a reserved name", { name: "sqlite_thing" }, "a name has 1 to 48 letters"],
    ["a name of 49 letters", { name: "a".repeat(49) }, "a name has 1 to 48 letters"],
    [
      "a list in an index",
      { schema: z.object({ tags: z.array(z.string()) }), indexes: [["tags"]] },
      'field "tags" cannot be indexed',
    ],
    [
      "two kinds in an index",
      { schema: z.object({ a: z.union([z.string(), z.number()]) }), indexes: [["a"]] },
      'field "a" cannot be indexed',
    ],
    [
      "literals of two kinds in an index",
      { schema: z.object({ a: z.literal(["a", 1]) }), indexes: [["a"]] },
      'field "a" cannot be indexed',
    ],
    [
      "a bigint without a codec in an index",
      { schema: z.object({ a: z.bigint() }), indexes: [["a"]] },
      'field "a" cannot be indexed',
    ],
    [
      "anything at all in an index",
      { schema: z.object({ a: z.unknown() }), indexes: [["a"]] },
      'field "a" cannot be indexed',
    ],
    [
      "an index on a field that is not there",
      { indexes: [["gone"]] },
      '"gone" is indexed or refers to another entity, but is not a field',
    ],
    ["an index on a property of every object", { indexes: [["toString"]] }, '"toString" is indexed or refers'],
    ["an index of no field", { indexes: [[]] }, "an index has one to three fields"],
    [
      "an index of four fields",
      { indexes: [["id", "version", "createdAt", "updatedAt"]] },
      "an index has one to three fields",
    ],
    ["an index with a field twice", { indexes: [["id", "id"]] }, "an index names a field twice"],
    [
      "an indexed field that begins with _",
      { schema: z.object({ _a: z.string() }), indexes: [["_a"]] },
      'indexed field "_a" must have',
    ],
    [
      "an indexed field of 49 letters",
      { schema: z.object({ ["a".repeat(49)]: z.string() }), indexes: [["a".repeat(49)]] },
      "must have 1 to 48 letters",
    ],
    [
      "indexed fields that differ in case only",
      { schema: z.object({ name: z.string(), NAME: z.string() }), indexes: [["name", "NAME"]] },
      'fields "name" and "NAME" must differ',
    ],
    [
      "an indexed field that differs from a system field in case only",
      { schema: z.object({ ID: z.string() }), indexes: [["ID"]] },
      'fields "id" and "ID" must differ',
    ],
    [
      "a system field in the schema",
      { schema: z.object({ version: z.number() }) },
      'field "version" belongs to the store',
    ],
    ["a joining word as a field", { schema: z.object({ or: z.string() }) }, 'field "or" has the name of a word'],
    [
      "a status beside a lifecycle",
      { schema: z.object({ status: z.string() }), lifecycle: workflowLifecycle },
      'field "status" belongs to the lifecycle',
    ],
    [
      "a finishedAt beside a lifecycle that keeps one",
      { schema: z.object({ finishedAt: z.string() }), lifecycle: workflowLifecycle },
      'field "finishedAt" belongs to the lifecycle',
    ],
    [
      "a one-way transform",
      { schema: z.object({ a: z.object({ b: z.string().transform(Number) }) }) },
      '"a.b" is transformed one way only',
    ],
    [
      "a preprocessed field",
      { schema: z.object({ a: z.array(z.preprocess(String, z.string())) }) },
      '"a" is transformed one way only',
    ],
    [
      "an asynchronous check",
      { schema: z.object({ a: z.string().refine(async () => true) }) },
      '"a" is checked or converted asynchronously',
    ],
    [
      "an asynchronous codec",
      { schema: z.object({ a: z.codec(z.string(), z.number(), { decode: async () => 1, encode: async () => "1" }) }) },
      '"a" is checked or converted asynchronously',
    ],
    ["a promise", { schema: z.object({ a: z.promise(z.string()) }) }, '"a" is a promise'],
    ["a schema version below 1", { schemaVersion: 0 }, "schemaVersion must be a whole number from 1"],
    [
      "an upcast from the newest version",
      { schemaVersion: 2, upcast: { 2: (old: object) => old } },
      "upcast 2 does not lift",
    ],
    [
      "a reference that holds a number",
      { schema: z.object({ a: z.number() }), references: { a: { to: "Thing", onDelete: "cascade" } } },
      'reference "Thing.a" to "Thing" must be a string',
    ],
    [
      "an enforced reference without onDelete",
      { schema: z.object({ a: z.string() }), references: { a: { to: "Thing" } } },
      'reference "Thing.a" to "Thing" must say onDelete',
    ],
    [
      "an unenforced reference with onDelete",
      { schema: z.object({ a: z.string() }), references: { a: { to: "Thing", enforced: false, onDelete: "cascade" } } },
      'reference "Thing.a" to "Thing" is not enforced',
    ],
    [
      "detach on a field that is never null",
      { schema: z.object({ a: z.string().optional() }), references: { a: { to: "Thing", onDelete: "detach" } } },
      "must be nullable",
    ],
  ])("for %s", (_what, definition, sentence) => {
    const name = "name" in definition ? definition.name : "Thing";
    const problem = problemOf(declare(definition));
    expect(problem).toContain(`entity "${name}": `);
    expect(problem).toContain(sentence);
  });

  test("for two entities whose names differ in case only, and names both", () => {
    expect(problemOf(declare({ name: "Job" }), declare({ name: "job" }))).toBe(
      'entities "Job" and "job" must differ in more than case',
    );
  });

  test("for a reference to what is not in the model, and names both ends", () => {
    const schema = z.object({ missionId: z.string() });
    const Job = declare({ name: "Job", schema, references: { missionId: { to: "Mission", enforced: false } } });
    expect(problemOf(Job)).toBe('"Job.missionId" refers to "Mission", which is not an entity of the model');
  });

  test("but not for a schema that recurs, nor for a status that no lifecycle owns", () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node);
      },
    });
    const plain = z.object({ status: z.string(), finishedAt: z.string() });
    expect(
      problemOf(
        declare({ name: "Tree", schema: node }),
        declare({ name: "Plain", schema: plain, indexes: [["status"]] }),
      ),
    ).toBe("no problem");
  });
});

describe("a declaration from plain JavaScript", () => {
  test("is refused in a sentence where its schema is no zod object", () => {
    expect(problemOf(declare({ schema: z.string() }))).toMatch(/"Thing".*zod object/);
    expect(problemOf(declare({ schema: undefined }))).toMatch(/"Thing".*zod object/);
  });

  test("is refused where it says something else of unknown fields than keep or refuse", () => {
    expect(problemOf(declare({ unknownFields: "drop" }))).toMatch(/"Thing".*unknownFields/);
  });

  test("is refused where it has no name, or the model is no list of entities", () => {
    expect(problemOf(declare({ name: undefined }))).toMatch(/defineEntity/);
    for (const entities of [undefined, null, {}, [undefined], [{}], ["Thing"]]) {
      const define = (): unknown => Reflect.apply(defineModel, undefined, [entities]);
      expect(define).toThrow(/list of entities/);
    }
  });
});
