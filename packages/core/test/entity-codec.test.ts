import { decodeEntity, defineEntity, defineLifecycle, encodeEntity, workflowLifecycle } from "@holdfast/core";
import type { Entity, JsonObject } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { failureOf, record } from "./entity-support.ts";

const isoDate = z.codec(z.string(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString(),
});
const digits = z.codec(z.string(), z.bigint(), { decode: (text) => BigInt(text), encode: (value) => String(value) });
const list = z.codec(z.array(z.string()), z.set(z.string()), {
  decode: (items) => new Set(items),
  encode: (set) => [...set],
});

/** What a program that knows only `entity` leaves of a document that it reads and saves. */
function rewritten(entity: Entity, body: JsonObject): JsonObject {
  return encodeEntity(entity, "one", { ...decodeEntity(entity, record(entity, body)) });
}

describe("reading", () => {
  const Job = defineEntity({
    name: "Job",
    schema: z.object({ name: z.string(), due: isoDate.optional(), total: digits.default(0n), tags: list.optional() }),
    lifecycle: workflowLifecycle,
  });

  test("gives the decoded side, the store's fields with times as text, and the lifecycle's", () => {
    const body = {
      name: "a",
      due: "2026-11-22T00:00:00.000Z",
      total: "12345678901234567890",
      tags: ["x"],
      status: "failed",
    };
    expect(decodeEntity(Job, record(Job, body))).toEqual({
      name: "a",
      due: new Date("2026-11-22T00:00:00.000Z"),
      total: 12345678901234567890n,
      tags: new Set(["x"]),
      status: "failed",
      finishedAt: null,
      id: "one",
      version: 7,
      createdAt: "2026-11-22T02:03:04.123456Z",
      updatedAt: "2026-11-22T02:03:05.000000Z",
    });
  });

  test("fills in what an older document lacks", () => {
    expect(decodeEntity(Job, record(Job, { name: "a", status: "stopped" }))).toMatchObject({ total: 0n });
  });

  test.each([
    ["a field of another kind", { name: 1, status: "stopped" }, ["name"]],
    ["a missing field", { status: "stopped" }, ["name"]],
    ["a status that the lifecycle does not have", { name: "a", status: "pending" }, ["status"]],
    ["no status", { name: "a" }, ["status"]],
    ["a finishedAt that is no text", { name: "a", status: "failed", finishedAt: 5 }, ["finishedAt"]],
    ["a field that belongs to the store", { name: "a", status: "stopped", version: 1 }, ["version"]],
    ["what a codec cannot read", { name: "a", status: "stopped", total: "much" }, []],
  ])("refuses %s as INVALID_ENTITY with type, id and path, and shows no value", (_what, body, path) => {
    const read = (): object => decodeEntity(Job, record(Job, body));
    const failure = failureOf(read);
    expect(failure).toMatchObject({ code: "INVALID_ENTITY", details: { type: "Job", id: "one", path } });
    expect(failure.message).not.toMatch(/pending|much/);
  });

  test("refuses the key __proto__, wherever it stands, since zod would drop it", () => {
    const Bag = defineEntity({ name: "Bag", schema: z.object({ bag: z.record(z.string(), z.unknown()) }) });
    const bag = JSON.parse('{"x":[{"__proto__":{"admin":true}}]}') as JsonObject;
    const body = { bag };
    expect(failureOf(() => decodeEntity(Bag, record(Bag, body)))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { path: ["bag", "x", 0, "__proto__"] },
    });
    expect(failureOf(() => encodeEntity(Bag, "one", body)).code).toBe("INVALID_ENTITY");
  });
});

describe("schema versions", () => {
  const Job = defineEntity({
    name: "Job",
    schema: z.object({ title: z.string(), metadata: z.record(z.string(), z.string()) }),
    schemaVersion: 4,
    upcast: {
      1: ({ name = "", ...old }) => ({ ...old, title: name }),
      3: (old) => ({ ...old, metadata: {} }),
    },
  });

  test("lift a document step by step, and leave it be where a version needs nothing", () => {
    expect(decodeEntity(Job, record(Job, { name: "a", extra: 1 }, 1))).toMatchObject({
      title: "a",
      metadata: {},
      extra: 1,
    });
    expect(decodeEntity(Job, record(Job, { title: "a" }, 3))).toMatchObject({ title: "a", metadata: {} });
  });

  test("refuse what a newer program wrote, and say so", () => {
    expect(failureOf(() => decodeEntity(Job, record(Job, { title: "a", metadata: {} }, 5)))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { reason: "newer", id: "one" },
    });
  });

  test("refuse a document whose lift fails, with the cause", () => {
    const failure = new Error("no");
    const Broken = defineEntity({
      name: "Broken",
      schema: z.object({}),
      schemaVersion: 2,
      upcast: {
        1: () => {
          throw failure;
        },
      },
    });
    const thrown = failureOf(() => decodeEntity(Broken, record(Broken, {}, 1)));
    expect(thrown.code).toBe("INVALID_ENTITY");
    expect(thrown.cause).toBe(failure);
  });
});

describe("fields that the schema does not know", () => {
  const step = z.object({ name: z.string() });
  const Job = defineEntity({
    name: "Job",
    schema: z.object({
      name: z.string(),
      context: z.object({ by: z.string() }).nullable(),
      steps: z.array(step),
      byName: z.record(z.string(), step),
      pair: z.tuple([step, step]).optional(),
      frozen: step.readonly().optional(),
      due: isoDate,
      either: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("at"), at: isoDate }),
        z.object({ kind: z.literal("never") }),
      ]),
      both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() })),
    }),
  });
  const body: JsonObject = {
    name: "a",
    context: { by: "me", newer: { deep: [1, null] } },
    steps: [{ name: "first" }, { name: "second", newer: "x" }],
    byName: { one: { name: "first", newer: true } },
    pair: [{ name: "l" }, { name: "r", newer: 0 }],
    frozen: { name: "f", newer: [] },
    due: "2026-11-22T00:00:00.000Z",
    either: { kind: "at", at: "2026-11-22T00:00:00.000Z", newer: "y" },
    both: { a: "1", b: "2", newer: "z" },
    newer: { whole: "object" },
  };

  test("survive a read and a save, within objects, lists, records and unions too", () => {
    expect(rewritten(Job, body)).toEqual(body);
  });

  test("ride on the entity, so that a copy with a change keeps them", () => {
    const entity = decodeEntity(Job, record(Job, body));
    expect(encodeEntity(Job, "one", { ...entity, name: "b" })).toEqual({ ...body, name: "b" });
  });

  test("go with the object that they stand in", () => {
    const entity = decodeEntity(Job, record(Job, body));
    const steps = entity.steps.filter(({ name }) => name === "second");
    expect(encodeEntity(Job, "one", { ...entity, steps })["steps"]).toEqual([{ name: "second", newer: "x" }]);
  });

  test("do not make their way into what a codec made of a field", () => {
    const point = z.codec(z.object({ x: z.number() }), z.object({ left: z.number() }), {
      decode: ({ x }) => ({ left: x }),
      encode: ({ left }) => ({ x: left }),
    });
    const Dot = defineEntity({ name: "Dot", schema: z.object({ point }) });
    expect(decodeEntity(Dot, record(Dot, { point: { x: 1 } })).point).toEqual({ left: 1 });
    expect(rewritten(Dot, { point: { x: 1 } })).toEqual({ point: { x: 1 } });
  });

  test("are INVALID_ENTITY with their path where the entity refuses them, read or saved", () => {
    const Strict = defineEntity({
      name: "Strict",
      schema: z.object({ steps: z.array(step) }),
      unknownFields: "refuse",
    });
    const refused = { code: "INVALID_ENTITY", details: { path: ["steps", 0, "newer"] } };
    const odd = { steps: [{ name: "a", newer: 1 }] };
    expect(failureOf(() => decodeEntity(Strict, record(Strict, odd)))).toMatchObject(refused);
    expect(failureOf(() => encodeEntity(Strict, "one", odd))).toMatchObject(refused);
    expect(rewritten(Strict, { steps: [{ name: "a" }] })).toEqual({ steps: [{ name: "a" }] });
  });

  test("leave a loose schema's own fields alone", () => {
    const Loose = defineEntity({ name: "Loose", schema: z.looseObject({ name: z.string() }) });
    expect(rewritten(Loose, { name: "a", other: { b: 1 } })).toEqual({ name: "a", other: { b: 1 } });
  });
});

describe("writing", () => {
  const Job = defineEntity({
    name: "Job",
    schema: z.object({
      name: z.string().min(1),
      tries: z.number().default(3),
      made: isoDate.default(() => new Date(0)),
      note: z.string().optional(),
      options: z
        .object({ loud: z.boolean().default(true) })
        .nullable()
        .default(null),
      steps: z.array(z.object({ cost: z.number().default(0) })).default([]),
    }),
  });

  test("fills in the defaults, also within objects and lists", () => {
    expect(encodeEntity(Job, "one", { name: "a", options: {}, steps: [{}, { cost: 2 }] })).toEqual({
      name: "a",
      tries: 3,
      made: "1970-01-01T00:00:00.000Z",
      options: { loud: true },
      steps: [{ cost: 0 }, { cost: 2 }],
    });
  });

  test("changes nothing of what it is given", () => {
    const draft = Object.freeze({ name: "a", steps: Object.freeze([Object.freeze({})]) });
    encodeEntity(Job, "one", draft);
    expect(draft).toEqual({ name: "a", steps: [{}] });
  });

  test("leaves the store's fields out of the document, and takes the lifecycle's from nowhere but the state", () => {
    const Work = defineEntity({ name: "Work", schema: z.object({}), lifecycle: workflowLifecycle });
    const entity = { id: "one", version: 3, createdAt: "x", updatedAt: "x", status: "failed", finishedAt: "x" };
    expect(encodeEntity(Work, "one", entity, { status: "stopped", finishedAt: null })).toEqual({
      status: "stopped",
      finishedAt: null,
    });
  });

  test.each([
    ["a field that does not fit", { name: "" }, ["name"]],
    ["a missing field", {}, ["name"]],
    ["a decoded field of the wrong side", { name: "a", made: "1970-01-01T00:00:00.000Z" }, ["made"]],
  ])("refuses %s as INVALID_ENTITY with its path", (_what, draft, path) => {
    expect(failureOf(() => encodeEntity(Job, "one", draft))).toMatchObject({
      code: "INVALID_ENTITY",
      details: { type: "Job", id: "one", path },
    });
  });

  test("keeps finishedAt as a field of its own where the lifecycle does not own it", () => {
    const light = defineLifecycle({ statuses: ["on"], initial: "on", events: {} });
    const Lamp = defineEntity({ name: "Lamp", schema: z.object({ finishedAt: z.string() }), lifecycle: light });
    expect(encodeEntity(Lamp, "one", { finishedAt: "whenever" }, { status: "on" })).toEqual({
      finishedAt: "whenever",
      status: "on",
    });
  });

  test("is INVALID_MODEL where the schema turns out to be asynchronous", () => {
    const Late = defineEntity({
      name: "Late",
      schema: z.object({ a: z.string().refine(() => Promise.resolve(true)) }),
    });
    expect(() => encodeEntity(Late, "one", { a: "x" })).toThrow(expect.objectContaining({ code: "INVALID_MODEL" }));
    expect(() => decodeEntity(Late, record(Late, { a: "x" }))).toThrow(
      expect.objectContaining({ code: "INVALID_MODEL" }),
    );
  });
});
