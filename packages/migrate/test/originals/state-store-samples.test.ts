import { timestampText, type StoredRecord, type StoreSession } from "@holdfast/core";
import { storesUnderTest } from "@holdfast-tooling/stores";
import { describe, expect, test } from "vitest";

import { importStateStore } from "../../src/index.ts";
import { readJson } from "../../src/originals/read-json.ts";
import { fingerprint } from "./fingerprint.ts";
import { sampleExpectation, sampleFile, stateModel } from "./state-store-files.ts";

const itemNames = {
  itemType: "item_type",
  riskFlags: "risk_flags",
  decisionReason: "decision_reason",
} as Readonly<Record<string, string>>;
const jsonFields = ["claims", "evidence", "scores", "riskFlags", "explainability"];

/** An item as the StateStore lists it: the 13 columns, JSON parsed. */
function listed({ id, created, body: { runId, ...body } }: StoredRecord): object {
  const fields = Object.entries(body).map(([field, value]): readonly [string, unknown] => {
    const name = itemNames[field] ?? field;
    return [jsonFields.includes(field) ? `${name}_json` : name, value];
  });
  const own = { item_id: id, run_id: runId, created_at: pythonTime(created) };
  return Object.fromEntries([...Object.entries(own), ...fields]);
}

function pythonTime(microseconds: number): string {
  return timestampText(microseconds).replace(".000000", "").replace("Z", "+00:00");
}

function fingerprintOf(value: unknown): string {
  return fingerprint(readJson(JSON.stringify(value)) ?? null);
}

async function all(session: Pick<StoreSession, "find">, type: string): Promise<readonly StoredRecord[]> {
  return (await session.find({ type, limit: 10_000 })).records;
}

async function found(session: Pick<StoreSession, "find">): Promise<object> {
  const [runs, items, telemetry] = [
    await all(session, "Run"),
    await all(session, "IntelItem"),
    await all(session, "Telemetry"),
  ];
  const ofRun = runs.map(({ id }) => [id, items.filter(({ body }) => body["runId"] === id)] as const);
  return {
    counts: { intel_items: items.length, runs: runs.length, telemetry: telemetry.length },
    runs: runs.map(({ id, body }) => ({
      run_id: id,
      run_type: body["runType"],
      started_at: body["startedAt"],
      finished_at: body["finishedAt"],
      status: body["status"],
      notes: body["notes"],
      settings_fp: fingerprintOf(body["settingsSnapshot"]),
    })),
    telemetry: telemetry.map(({ id, created, body }) => ({
      run_id: id,
      created_at: body["created_at"] ?? pythonTime(created),
      telemetry_fp: fingerprintOf(body["telemetry"]),
    })),
    items: Object.fromEntries(
      ofRun
        .filter(([, own]) => own.length > 0)
        .map(([id, own]) => [id, own.map((item) => [item.id, fingerprintOf(listed(item))])]),
    ),
  };
}

describe.each(storesUnderTest())("into $name", (target) => {
  test.each(["orchestrator", "orchestrator-v1-noindex"])(
    "every row of the sample %s becomes a record, in the order in which the original lists it",
    async (name) => {
      await using store = await target.open({ model: stateModel });
      const report = await importStateStore(await sampleFile(name), store, { batch: 77 });
      expect(report.problems).toEqual([]);
      expect({ ...(await found(store)), file: `${name}.db` }).toEqual(await sampleExpectation(name));
    },
  );
});
