import {
  decodeEntity,
  decodeState,
  defineEntity,
  defineLifecycle,
  encodeOwn,
  movedDocument,
  workflowLifecycle,
} from "@holdfast/core";
import type { Entity, JsonObject, LifecycleState } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { record } from "./entity-support.ts";

const schema = z.object({ name: z.string(), steps: z.array(z.object({ cost: z.number() })) });
const Job = defineEntity({ name: "Job", schema, lifecycle: workflowLifecycle });
const document = { name: "a", steps: [{ cost: 1.5 }] };
const state: LifecycleState = { status: "failed", finishedAt: "2026-11-23T12:00:00.000000Z" };

/** What a change of any kind does: the entity is decoded, and encoded again in the other state. */
function theLongWay(entity: Entity, body: JsonObject): JsonObject {
  const found = record(entity, body);
  return encodeOwn(entity, found.id, decodeEntity(entity, found), state).body;
}

describe("a document that moves to another state", () => {
  test.for<JsonObject>([
    { ...document, status: "in_progress", finishedAt: null },
    { ...document, status: "in_progress" },
    { status: "in_progress", finishedAt: "2026-11-22T12:00:00.000000Z", ...document },
  ])("is what the entity encodes to in that state: %j", (body) => {
    const found = record(Job, body);
    const moved = movedDocument(Job, found, state);
    expect(moved).toEqual({ body: theLongWay(Job, body), isPortable: true });
    expect(decodeState(Job, found)).toMatchObject({ status: "in_progress" });
  });

  test.for<readonly [of: string, JsonObject]>([
    ["its id in it, which stands beside it", { ...document, id: "one", status: "awaiting" }],
    ["fields that the schema does not know", { ...document, other: 1, status: "awaiting" }],
    ["values that do not fit", { ...document, name: 1, status: "awaiting" }],
  ])("is left to the schema where it has %s", ([, body]) => {
    expect(movedDocument(Job, record(Job, body), state)).toBeUndefined();
  });

  test("is left to the schema where that changes values, or the document is of an older form", () => {
    const lifecycle = defineLifecycle({ statuses: ["on"], initial: "on", events: {} });
    const Filled = defineEntity({ name: "Filled", schema: z.object({ name: z.string().default("none") }), lifecycle });
    expect(movedDocument(Filled, record(Filled, { status: "on" }), { status: "on" })).toBeUndefined();
    const Lifted = defineEntity({
      name: "Job",
      schema,
      lifecycle,
      schemaVersion: 2,
      upcast: { 1: (body) => ({ ...body }) },
    });
    const older = record(Lifted, { ...document, status: "on" }, 1);
    expect(movedDocument(Lifted, older, { status: "on" })).toBeUndefined();
  });
});
