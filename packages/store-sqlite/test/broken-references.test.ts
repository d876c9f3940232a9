import { join } from "node:path";

import { openSqliteStore } from "@holdfast/store-sqlite";
import { expect, test } from "vitest";
import { index, model, type } from "@holdfast-tooling/sql-fixtures";

import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const mission = type("Mission", {});
const job = {
  ...type("Job", { missionId: "string" }, [index("missionId")]),
  references: [{ field: "missionId", to: "Mission", onDelete: "restrict" as const }],
};

function put(name: string, id: string, body = {}) {
  return { put: { type: name, id, documentVersion: 1, body }, expect: "any" } as const;
}

test("the record whose reference leads nowhere is named, among many that are fine", async () => {
  await using store = await openSqliteStore(join(folder, "written.db"), { model: model(mission, job) });
  const fine = Array.from({ length: 50 }, (_, at) => put("Job", `j${at}`, { missionId: "m" }));
  await store.write([put("Mission", "m"), ...fine]);
  const other = store.tenant("other");
  await expect(other.write([put("Job", "lost", { missionId: "m" })])).rejects.toMatchObject({
    code: "REFERENCE_VIOLATION",
    message: '"missionId" of a "Job" refers to a "Mission" that is not there',
    details: { tenant: "other", type: "Job", id: "lost", field: "missionId", to: "Mission" },
  });
});

test("so is one whose parent goes without it", async () => {
  await using store = await openSqliteStore(join(folder, "buried.db"), { model: model(mission, job) });
  await store.write([put("Mission", "m"), put("Job", "left", { missionId: "m" })]);
  const restore = { type: "Mission", tenant: "default", id: "m", version: 2, deleted: 1 };
  await expect(store.write([{ restore }])).rejects.toMatchObject({
    code: "REFERENCE_VIOLATION",
    details: { type: "Job", id: "left", field: "missionId", to: "Mission" },
  });
});
