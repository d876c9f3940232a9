import { decodeEntity, defineEntity, encodedEntity, takenEntity, workflowLifecycle } from "@holdfast/core";
import type { JsonObject } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { record } from "./entity-support.ts";

describe("a record that nobody else holds", () => {
  const schema = z.object({ name: z.string(), steps: z.array(z.number()) });
  const Job = defineEntity({ name: "Job", schema, lifecycle: workflowLifecycle });

  test("becomes what a read of it gives", () => {
    const stored = (): JsonObject => ({ name: "a", steps: [1], status: "failed" });
    for (const entityOf of [takenEntity, encodedEntity]) {
      const own = record(Job, { ...stored(), finishedAt: null });
      const entity = entityOf(Job, own);
      expect(entity).toEqual(decodeEntity(Job, record(Job, stored())));
      expect(entity).toBe(own.body);
    }
    // A document without the time that its lifecycle keeps gets it.
    expect(takenEntity(Job, record(Job, stored()))).toEqual(decodeEntity(Job, record(Job, stored())));
  });

  test("stays as it is where it is read by one that may be called with any", () => {
    const body = { name: "a", steps: [1], status: "failed" };
    decodeEntity(Job, record(Job, body));
    expect(body).toEqual({ name: "a", steps: [1], status: "failed" });
  });

  test("is lifted to what its function keeps, which stays as it was", () => {
    const kept = { name: "lifted", steps: [] };
    const Lifted = defineEntity({ name: "Job", schema, schemaVersion: 2, upcast: { 1: () => kept } });
    expect(takenEntity(Lifted, record(Lifted, {}, 1))).toMatchObject({ name: "lifted", id: "one" });
    expect(kept).toEqual({ name: "lifted", steps: [] });
  });
});
