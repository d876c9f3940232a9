import { defineEntity, encodeEntity, encodeJson, extended, giveAway } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Job = defineEntity({ name: "Job", schema: z.object({ name: z.string(), steps: z.array(z.number()) }) });

function document(): ReturnType<typeof encodeEntity> {
  return encodeEntity(Job, "j", { name: "n", steps: [1] });
}

describe("a document that was given away", () => {
  test("is taken as it is, once", () => {
    const given = giveAway(document());
    expect(encodeJson(given, 1_000).body).toBe(given);
    const again = encodeJson(given, 1_000).body;
    expect(again).toEqual(given);
    expect(again).not.toBe(given);
    expect(again["steps"]).not.toBe(given["steps"]);
  });

  test("may have been extended with plain fields before", () => {
    const given = giveAway(extended(document(), { status: "new" }));
    expect(encodeJson(given, 1_000)).toEqual({ body: given, text: '{"name":"n","steps":[1],"status":"new"}' });
    expect(encodeJson(giveAway(extended(given, undefined)), 1_000).body).not.toBe(given);
  });

  test("is no larger than documents may be", () => {
    expect(() => encodeJson(giveAway(document()), 20)).toThrow(expect.objectContaining({ code: "DOCUMENT_TOO_LARGE" }));
  });

  test("is copied all the same where nobody knows that it is portable", () => {
    const own = { name: "n", steps: [1] };
    expect(encodeJson(giveAway(own), 1_000).body).not.toBe(own);
    expect(encodeJson(document(), 1_000).body).not.toBe(document());
  });
});
