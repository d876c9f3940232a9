import type { JsonObject, Layout, NewRecord, Store, WriteOp } from "@holdfast/core";

/** Tasks come before their missions by name and behind them by reference, and their codes are unique. */
const layout: Layout = {
  types: [
    {
      type: "ATask",
      schemaVersion: 1,
      fields: ["code", "missionId", "parentId"].map((name) => ({ name, kind: "string" })),
      indexes: [
        { fields: ["code"], unique: true },
        { fields: ["missionId"], unique: false },
        { fields: ["parentId"], unique: false },
      ],
      references: [
        { field: "missionId", to: "Mission", onDelete: "restrict" },
        { field: "parentId", to: "ATask", onDelete: "detach" },
      ],
    },
    {
      type: "Mission",
      schemaVersion: 1,
      fields: [{ name: "title", kind: "string" }],
      indexes: [{ fields: ["title"], unique: false }],
      references: [],
    },
  ],
};

export const sampleModel = { layout };

/** Records that are copied at once: few, so that a copy of few records has many batches. */
export const sampleBatch = 4;

const sizes = { missions: 3, tasks: 20, notes: 12, deleted: 6 } as const;

function put(type: string, id: string, body: JsonObject): WriteOp {
  const record: NewRecord = { type, id, documentVersion: 1, body };
  return { put: record, expect: "any" };
}

/**
 * Two tenants, declared and undeclared types, versions above 1, deletes, one of them of a record that is there again, odd
 * texts, and a task that was made before its parent.
 */
export async function fillSample(store: Store): Promise<void> {
  for (const [at, tenant] of [store, store.tenant("other")].entries()) {
    await tenant.write(numbers(sizes.missions).map((each) => put("Mission", `m${each}`, { title: `mission ${each}` })));
    await tenant.write([put("ATask", "child", {}), put("ATask", "parent", { missionId: "m0" })]);
    await tenant.write([put("ATask", "child", { parentId: "parent", code: "child" })]);
    await tenant.write(
      numbers(sizes.tasks / (at + 1)).map((each) =>
        put("ATask", `t${each}`, { missionId: `m${each % sizes.missions}`, code: `c${each}`, text: odd(each) }),
      ),
    );
    await tenant.write(numbers(sizes.notes).map((each) => put("Note", `n ${each}`, { text: odd(each) })));
    await tenant.write(
      numbers(sizes.deleted).map((each) => ({ delete: { type: "Note", id: `n ${each}` }, expect: "present" })),
    );
    await tenant.write([put("Note", "n 0", { text: "there again" }), put("Mission", "m1", { title: "later" })]);
  }
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function odd(at: number): string {
  return `${at} ${["\u0000", "\ud800", "é", "𝄞", "'\"\\"][at % 5]} ${"x".repeat((at * 37) % 300)}`;
}
