import { defineEntity, encodeEntity, encodeJson, encodeOwn, handOver } from "@holdfast/core";
import type { OwnDocument } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Job = defineEntity({ name: "Job", schema: z.object({ name: z.string(), steps: z.array(z.number()) }) });
const Timed = defineEntity({
  name: "Timed",
  schema: z.object({ at: z.iso.datetime().default("2026-01-01T00:00:00Z") }),
});

function document(): OwnDocument {
  return encodeOwn(Job, "j", { name: "n", steps: [1] });
}

describe("a document that is handed over", () => {
  test("is taken as it is, once", () => {
    const own = document();
    const given = handOver(own);
    expect(encodeJson(given, 1_000).body).toBe(own.body);
    const again = encodeJson(given, 1_000).body;
    expect(again).toEqual(own.body);
    expect(again).not.toBe(own.body);
    expect(again["steps"]).not.toBe(own.body["steps"]);
  });

  test("may have more plain fields", () => {
    const own = document();
    const { body, text } = encodeJson(handOver(own, { status: "new" }), 1_000);
    expect(text).toBe('{"name":"n","steps":[1],"status":"new"}');
    expect(body).toEqual({ ...own.body, status: "new" });
    expect(body["steps"]).toBe(own.body["steps"]);
  });

  test("is no larger than documents may be", () => {
    const given = handOver(document());
    expect(() => encodeJson(given, 20)).toThrow(expect.objectContaining({ code: "DOCUMENT_TOO_LARGE" }));
  });

  test("is copied all the same where nobody knows that it is portable", () => {
    const own = encodeOwn(Timed, "t", {});
    expect(own).toEqual({ body: { at: "2026-01-01T00:00:00Z" }, isPortable: false });
    expect(encodeJson(handOver(own), 1_000).body).not.toBe(own.body);
    const plain = encodeEntity(Job, "j", { name: "n", steps: [1] });
    expect(encodeJson(plain, 1_000).body).not.toBe(plain);
  });
});
