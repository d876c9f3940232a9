import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { readTinyDb } from "../../src/index.ts";

const options = { created: 1_000_000 };

async function sample(): Promise<string> {
  return await readFile(new URL("../../../../apps/demo/data/entities.json", import.meta.url), "utf8");
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Every value that is not an object, whatever key it stands under. */
function values(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [JSON.stringify(value)];
  return entries(value)
    .flatMap(([, each]) => values(each))
    .sort();
}

test("every row of the sample becomes a record, and none loses a value", async () => {
  const text = await sample();
  const { records, report } = readTinyDb(text, options);
  expect(report).toEqual({
    tables: [
      { table: "Case", type: "Case", rows: 600, taken: 600, changed: 0, refused: 0 },
      { table: "Job", type: "Job", rows: 200, taken: 200, changed: 0, refused: 0 },
      { table: "ServerInfo", type: "ServerInfo", rows: 1, taken: 1, changed: 0, refused: 0 },
    ],
    problems: [],
  });
  const held = new Map(records.map(({ type, id, body }) => [`${type} ${id}`, values({ ...body, id })]));
  for (const [table, rows] of entries(JSON.parse(text))) {
    for (const [, row] of entries(rows)) {
      const [, id] = entries(row).find(([name]) => name === "id") ?? [];
      expect(held.get(`${table} ${String(id)}`)).toEqual(values(row));
    }
  }
});

test("records stand in the order of document numbers as texts, or of the numbers", async () => {
  const source = await sample();
  const { records } = readTinyDb(source, options);
  expect(records.map(({ created }) => created)).toEqual(records.map((_, at) => options.created + at));
  const cases = records.filter(({ type }) => type === "Case").map(({ id }) => id.slice(0, 9));
  expect(cases.slice(0, 4)).toEqual(["case-0000", "case-0009", "case-0099", "case-0100"]);
  const inserted = readTinyDb(source, { ...options, listOrder: "insertion" }).records;
  expect(inserted.map(({ created }) => created)).toEqual(records.map((_, at) => options.created + at));
  const byNumber = inserted.filter(({ type }) => type === "Case").map(({ id }) => id.slice(0, 9));
  expect(byNumber).toEqual(Array.from({ length: 600 }, (_, at) => `case-${String(at).padStart(4, "0")}`));
});

test("known fields are renamed where the program chose their names, and left alone where its users did", () => {
  const text = JSON.stringify({
    Job: {
      "1": {
        id: "j",
        agent_name: "a",
        case_ids: ["c"],
        created_at: "2025-01-02T03:04:05",
        finished_at: null,
        job_context: { job_id: "j", mission_context: { max_cost: 1 }, job_instructions: { max_cost: 2 } },
        responses: [{ job_id: "j", payload: { error_message: "mine" }, error_message: "" }],
        payload: { agent_name: "mine" },
        my_own_field: 1,
      },
    },
    Case: {
      "1": { id: "c", job_id: "j", account: { api_key: "k" }, updates: [{ is_final: true, payload: { job_id: 1 } }] },
    },
  });
  expect(readTinyDb(text, options).records.map(({ body }) => body)).toEqual([
    { jobId: "j", account: { apiKey: "k" }, updates: [{ isFinal: true, payload: { job_id: 1 } }] },
    {
      agentName: "a",
      caseIds: ["c"],
      created_at: "2025-01-02T03:04:05",
      finishedAt: null,
      jobContext: { jobId: "j", missionContext: { max_cost: 1 }, jobInstructions: { maxCost: 2 } },
      responses: [{ jobId: "j", payload: { error_message: "mine" }, errorMessage: "" }],
      payload: { agent_name: "mine" },
      my_own_field: 1,
    },
  ]);
});

test("a field whose new name is taken keeps its own", () => {
  const text = JSON.stringify({ Case: { "1": { id: "c", job_id: "old", jobId: "new" } } });
  expect(readTinyDb(text, options).records[0]?.body).toEqual({ job_id: "old", jobId: "new" });
});

test("what cannot be a record is reported whole, and takes no other row's place", () => {
  const text =
    '{"Thing":{"1":{"id":"a"},"2":{"n": NaN},"4":{"id":"a","n":2},"5":[1],"6":{"id":null},"7":{"id":""},"10":{"id":"b"}}}';
  const { records, report } = readTinyDb(text, options);
  expect(records.map(({ type, id, created }) => [type, id, created])).toEqual([
    ["Thing", "a", 1_000_000],
    ["Thing", "b", 1_000_001],
  ]);
  expect(report).toEqual({
    tables: [{ table: "Thing", type: "Thing", rows: 7, taken: 2, changed: 0, refused: 5 }],
    problems: [
      { kind: "refused", table: "Thing", row: "2", reason: "it has no id", was: '{"n": NaN}' },
      { kind: "refused", table: "Thing", row: "4", reason: "an earlier row has its id", was: '{"id":"a","n":2}' },
      { kind: "refused", table: "Thing", row: "5", reason: "it is not an object", was: "[1]" },
      { kind: "refused", table: "Thing", row: "6", reason: "it has no id", was: '{"id":null}' },
      { kind: "refused", table: "Thing", row: "7", reason: "it has no id", was: '{"id":""}' },
    ],
  });
});
