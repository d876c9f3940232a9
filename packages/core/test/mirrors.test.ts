import { defineEntity, defineModel, HoldfastError, unionLayout } from "@holdfast/core";
import type { Entity, Layout } from "@holdfast/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const ids = z.array(z.string());

function job(shape: z.core.$ZodShape): Entity {
  return defineEntity({ name: "Job", schema: z.object(shape) });
}

function child(name: string, mirror?: string): Entity {
  const jobId = mirror === undefined ? {} : { mirror };
  return defineEntity({
    name,
    schema: z.object({ jobId: z.string() }),
    references: { jobId: { to: "Job", enforced: false, ...jobId } },
  });
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

describe("a list of children that mirrors their reference", () => {
  test("stands in the layout, with the reference; one without says nothing of it", () => {
    const { layout } = defineModel([job({ caseIds: ids }), child("Case", "caseIds"), child("Note")]);
    const [forCase, , forNote] = layout.types;
    expect(forCase?.references).toEqual([{ field: "jobId", to: "Job", mirror: "caseIds" }]);
    expect(forNote?.references).toEqual([{ field: "jobId", to: "Job" }]);
  });

  test("may be a list of strings in any wrapper, also a codec's encoded side", () => {
    const set = z.codec(ids, z.set(z.string()), { decode: (list) => new Set(list), encode: (each) => [...each] });
    for (const caseIds of [ids.default([]), ids.nullish(), ids.readonly(), z.array(z.uuid()), set]) {
      expect(problemOf(job({ caseIds }), child("Case", "caseIds"))).toBe("no problem");
    }
  });

  test.each([
    ["is not in the parent's schema", {}, "caseIds", '"caseIds" is not a field of the schema of "Job"'],
    ["is a property of every object", {}, "toString", '"toString" is not a field of the schema of "Job"'],
    ["is no list", { caseIds: z.string() }, "caseIds", "it is not a list of strings"],
    ["lists numbers", { caseIds: z.array(z.number()) }, "caseIds", "it is not a list of strings"],
    ["may list null", { caseIds: z.array(z.string().nullable()) }, "caseIds", "it is not a list of strings"],
  ])("is refused where it %s, in a sentence that names both ends", (_what, shape, mirror, reason) => {
    const problem = problemOf(job(shape), child("Case", mirror));
    expect(problem).toContain(`"Case.jobId" is mirrored by "Job.${mirror}", but ${reason}`);
  });

  test("is refused where it mirrors another reference too, and names both", () => {
    expect(problemOf(job({ ids }), child("Case", "ids"), child("Note", "ids"))).toBe(
      '"Note.jobId" is mirrored by "Job.ids", but that mirrors "Case.jobId" already',
    );
  });

  test("stays in the stored model where less is declared; the newer one counts", () => {
    const layoutWith = (mirror?: string): Layout =>
      defineModel([job({ caseIds: ids, others: ids }), child("Case", mirror)]).layout;
    expect(unionLayout(layoutWith("caseIds"), layoutWith())).toEqual(layoutWith("caseIds"));
    expect(unionLayout(layoutWith(), layoutWith("caseIds"))).toEqual(layoutWith("caseIds"));
    expect(unionLayout(layoutWith("caseIds"), layoutWith("others"))).toEqual(layoutWith("others"));
  });
});
