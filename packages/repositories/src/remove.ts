import { HoldfastError } from "@holdfast/core";
import type { Context } from "./context.ts";
import type { Entity, WhereOf } from "@holdfast/core";

const pageSize = 1_000;

export async function remove({ entity, session }: Context, id: string): Promise<boolean> {
  const [result] = await session.write([{ delete: { type: entity.name, id }, expect: "present" }]);
  return result?.ok === true;
}

export async function removeWhere(context: Context, where: WhereOf<Entity>): Promise<number> {
  if (leavesOpen(where)) {
    throw new HoldfastError("a condition that is undefined would delete everything; leave it out to mean that", {
      code: "INVALID_QUERY",
      details: { type: context.entity.name },
    });
  }
  let deleted = 0;
  for (;;) {
    const page = await removePage(context, where);
    deleted += page;
    if (page < pageSize) return deleted;
  }
}

/** Those behind move up as those before are deleted, so each page is the first one. */
async function removePage({ entity, session }: Context, where: WhereOf<Entity>): Promise<number> {
  return session.transaction(async (transaction) => {
    const { records } = await transaction.find({ type: entity.name, where, limit: pageSize, omit: "body" });
    // "any": a cascade from one of the page may have taken another of it along.
    await transaction.write(records.map(({ type, id }) => ({ delete: { type, id }, expect: "any" as const })));
    return records.length;
  });
}

/** Whether a condition says nothing, here or within: where a variable turned out to be undefined, most likely. */
function leavesOpen(condition: unknown): boolean {
  if (condition === undefined) return true;
  if (typeof condition !== "object" || condition === null || condition instanceof Date) return false;
  return Object.values(condition).some(leavesOpen);
}
