import { describe, expect, test } from "vitest";

import { readTinyDb, type ImportProblem, type TinyDbOptions } from "../../src/index.ts";
import { refusalOf } from "./refusal-of.ts";

const plainJob = '"status": "stopped", "agent_name": "a"';

/** The documents by their ids, and the problems without what all of them have. */
function read(text: string, options: TinyDbOptions = {}) {
  const { records, report } = readTinyDb(text, options);
  const bodies = Object.fromEntries(records.map(({ type, id, body }) => [`${type} ${id}`, body]));
  return { bodies, problems: report.problems, tables: report.tables };
}

function shown({ kind, path = [], was, became }: ImportProblem): readonly unknown[] {
  return [kind, path.join("."), was, became];
}

describe("values that no document of a store can hold", () => {
  const text = `{"T": {"1": {"id": "x", "p": {"n": [NaN, -Infinity, 1e999], "i": 9007199254740993, "z": -0.0, "ok": 1.50}}}}`;

  test("are changed, and each is told with its path, what it was and what it became", () => {
    const { bodies, problems, tables } = read(text);
    const p = { n: [null, null, null], i: "9007199254740993", z: 0, ok: 1.5 };
    expect(bodies).toEqual({ "T x": { id: "x", p } });
    expect(problems.map(shown)).toEqual([
      ["changed", "p.n.0", "NaN", "null"],
      ["changed", "p.n.1", "-Infinity", "null"],
      ["changed", "p.n.2", "Infinity", "null"],
      ["changed", "p.i", "9007199254740993", '"9007199254740993"'],
      ["changed", "p.z", "-0.0", "0"],
    ]);
    expect(problems[0]).toMatchObject({ table: "T", row: "1", id: "x" });
    expect(tables).toEqual([{ table: "T", type: "T", rows: 1, taken: 1, changed: 1, refused: 0 }]);
  });

  test("leave a row out where that is asked for, whole in the report", () => {
    const { bodies, problems, tables } = read(text.replace("}}}}", '}}, "2": {"id": "y"}}}'), { onProblem: "skip" });
    expect(Object.keys(bodies)).toEqual(["T y"]);
    expect(problems).toMatchObject([{ kind: "refused", row: "1", id: "x" }]);
    expect(problems[0]?.was).toBe(text.slice(text.indexOf('{"id"'), -2));
    expect(tables).toEqual([{ table: "T", type: "T", rows: 2, taken: 1, changed: 0, refused: 1 }]);
  });

  test("end the reading where that is asked for, without showing them", () => {
    const refusal = refusalOf(() => read(text, { onProblem: "fail" }));
    expect(refusal).toMatchObject({
      code: "INVALID_ENTITY",
      details: { table: "T", row: "1", id: "x", path: ["p", "n", 0] },
    });
    expect(JSON.stringify(refusal.details)).not.toContain("NaN");
  });

  test("are numbers where the model has numbers", () => {
    const row = `"id": "c", "job_id": "j", "status": "stopped", "total_cost": NaN`;
    const { bodies, problems } = read(
      `{"Case": {"1": {${row}, "updates": [{"cost": NaN, "index": 9007199254740993}]}}}`,
    );
    expect(bodies["Case c"]).toMatchObject({ totalCost: 0, updates: [{ cost: null, index: 9007199254740992 }] });
    expect(problems.filter(({ kind }) => kind === "changed").map(shown)).toEqual([
      ["changed", "total_cost", "NaN", "0"],
      ["changed", "updates.0.cost", "NaN", "null"],
      ["changed", "updates.0.index", "9007199254740993", "9007199254740992"],
    ]);
  });

  test("are told where a name stands twice in an object: the last one counts", () => {
    const { bodies, problems } = read('{"T": {"1": {"id": "x", "a": {"k": 1, "l": 2, "k": 3}}}}');
    expect(bodies["T x"]).toEqual({ id: "x", a: { k: 3, l: 2 } });
    expect(problems.map(shown)).toEqual([["changed", "a.k", "1", undefined]]);
  });
});

describe("values that a store can hold", () => {
  test("stay as they are: half surrogate pairs, U+0000, special names, times of every kind", () => {
    const row = {
      id: "x",
      text: "\u0000 \ud800 𝄞",
      "": 0,
      times: ["2025-01-02T03:04:05", "2025-01-02T03:04:05.123456-03:30", "2025-01-02T03:04:05Z", "PT2M"],
    };
    const text = JSON.stringify({ T: { 1: row } }).replace("}}}", ', "__proto__": {"a": 1}, "constructor": 2}}}');
    const { bodies, problems } = read(text.replace("]}}", "]}}").replace("]}", "]}"));
    expect(problems).toEqual([]);
    expect(JSON.stringify(bodies["T x"])).toBe(
      `${JSON.stringify(row).slice(0, -1)},"__proto__":{"a":1},"constructor":2}`,
    );
  });

  test("of rows of early versions stay as they are, without what later versions added", () => {
    const row = { id: "j", status: "stopped", agent_name: "a", created_at: "2025-01-02T03:04:05Z" };
    const { bodies, problems } = read(JSON.stringify({ Job: { 1: row } }));
    expect(bodies["Job j"]).toEqual({ status: "stopped", agentName: "a", created_at: "2025-01-02T03:04:05Z" });
    expect(problems).toEqual([]);
  });
});

describe("ids", () => {
  test("that are no texts become texts that no row has and no reference names, and what refers to them follows", () => {
    const { bodies, problems } = read(`{
      "Case": {"1": {"id": "c", "job_id": 5, "status": "stopped"}, "2": {"id": [1, "a"], "job_id": "5", "status": "stopped"},
               "3": {"id": "d", "job_id": 7, "status": "stopped"}},
      "Job": {"1": {"id": 5, ${plainJob}, "case_ids": ["c", [1, "a"]]}, "2": {"id": "5", ${plainJob}},
              "3": {"id": true, ${plainJob}}, "4": {"id": 0.5, ${plainJob}}, "5": {"id": 12345678901234567890, ${plainJob}},
              "6": {"id": "7", ${plainJob}}}}`);
    expect(Object.keys(bodies)).toEqual([
      "Case c",
      'Case [1,"a"]',
      "Case d",
      "Job 5 (number)",
      "Job 5",
      "Job true",
      "Job 0.5",
      "Job 12345678901234567890",
      "Job 7",
    ]);
    expect(bodies["Case c"]).toMatchObject({ jobId: "5 (number)" });
    expect(bodies['Case [1,"a"]']).toMatchObject({ jobId: "5" });
    expect(bodies["Case d"]).toMatchObject({ jobId: "7 (number)" });
    expect(bodies["Job 5 (number)"]).toMatchObject({ caseIds: ["c", '[1,"a"]'] });
    const changed = problems.filter(({ kind }) => kind === "changed");
    expect(changed.map(shown)).toEqual([
      ["changed", "job_id", "5", '"5 (number)"'],
      ["changed", "id", '[1,"a"]', JSON.stringify('[1,"a"]')],
      ["changed", "job_id", "7", '"7 (number)"'],
      ["changed", "id", "5", '"5 (number)"'],
      ["changed", "case_ids.1", '[1,"a"]', JSON.stringify('[1,"a"]')],
      ["changed", "id", "true", '"true"'],
      ["changed", "id", "0.5", '"0.5"'],
      ["changed", "id", "12345678901234567890", '"12345678901234567890"'],
    ]);
  });

  test("do not come to be what a reference names that named nothing", () => {
    const { bodies } = read(`{
      "Case": {"1": {"id": "c", "job_id": "9", "status": "stopped"}},
      "Job": {"1": {"id": 9, ${plainJob}, "case_ids": ["x"]}}}`);
    expect(Object.keys(bodies)).toEqual(["Case c", "Job 9 (number)"]);
    expect(bodies["Case c"]).toMatchObject({ jobId: "9" });
  });

  test("that a store's records cannot have become ones that they can", () => {
    const long = "é".repeat(300);
    const ids = ["a\u0000b", "a\\u0000b", "\ud800", `${long}1`, `${long}2`];
    const rows = Object.fromEntries(ids.map((id, at) => [at + 1, { id }]));
    const made = Object.keys(read(JSON.stringify({ T: rows })).bodies);
    expect(made.slice(0, 3)).toEqual(["T a\\u0000b (string)", "T a\\u0000b", "T \\ud800"]);
    expect(new Set(made).size).toBe(5);
    for (const id of made.slice(3)) expect(id).toMatch(/^T é{100}~[\da-f]{16}$/);
  });

  test("that are equal numbers are one id, as for the original, and the first row in its order has it", () => {
    const { bodies, problems } = read('{"T": {"2": {"id": 5.0, "n": 2}, "10": {"id": 5, "n": 10}}}');
    expect(bodies).toEqual({ "T 5": { id: "5", n: 10 } });
    expect(problems).toMatchObject([{ kind: "changed" }, { kind: "refused", row: "2", was: '{"id": 5.0, "n": 2}' }]);
  });

  test("of duplicates go to the same row in whatever order rows are taken", () => {
    const text = '{"T": {"2": {"id": "a", "n": 2}, "10": {"id": "a", "n": 10}}}';
    for (const listOrder of ["docIdText", "insertion"] as const) {
      expect(read(text, { listOrder }).bodies).toEqual({ "T a": { id: "a", n: 10 } });
    }
  });
});

describe("tables", () => {
  test("whose names no type can have become types of their own, and are told", () => {
    const { bodies, problems, tables } = read(
      '{"": {"1": {"id": "a"}}, "my table": {"1": {"id": "b"}}, "my_table": {"1": {"id": "c"}}, "_default": {"1": {"id": "d"}}}',
    );
    expect(Object.keys(bodies)).toEqual(["Table_ a", "Table__default d", "my_table c", "my_table_2 b"]);
    expect(tables.map(({ table, type }) => [table, type])).toEqual([
      ["", "Table_"],
      ["_default", "Table__default"],
      ["my_table", "my_table"],
      ["my table", "my_table_2"],
    ]);
    expect(problems.map(shown)).toEqual([
      ["changed", "", '""', '"Table_"'],
      ["changed", "", '"_default"', '"Table__default"'],
      ["changed", "", '"my table"', '"my_table_2"'],
    ]);
  });

  test("whose names no type can have are left out row by row where that is asked for", () => {
    const { bodies, problems } = read('{"a b": {"1": {"id": "x"}, "2": {"id": "y"}}}', { onProblem: "skip" });
    expect(bodies).toEqual({});
    expect(problems).toMatchObject([
      { row: "1", kind: "refused", was: '{"id": "x"}' },
      { row: "2", kind: "refused" },
    ]);
  });

  test("without rows are noted, and so are document numbers that are none", () => {
    const { bodies, problems } = read('{"E": {}, "T": {"x": {"id": "a"}, "2": {"id": "b"}}}', {
      listOrder: "insertion",
    });
    expect(Object.keys(bodies)).toEqual(["T b", "T a"]);
    expect(problems).toEqual([
      { kind: "noted", table: "E", reason: "it has no rows" },
      { kind: "noted", table: "T", row: "x", reason: "its document number is no whole number" },
    ]);
  });
});

test("references that lead nowhere, lists that do not agree, and unknown statuses are noted, and taken as they are", () => {
  const { problems, tables } = read(`{
    "Case": {"1": {"id": "c", "job_id": "j", "status": "stopped"}, "2": {"id": "orphan", "job_id": "gone", "status": "stopped"},
             "3": {"id": "unlisted", "job_id": "j", "status": "Stopped"}, "4": {"id": "alone", "status": null}},
    "Job": {"1": {"id": "j", ${plainJob}, "case_ids": ["c", "c", "nowhere"]}, "2": {"id": "k", "case_ids": "c"}}}`);
  expect(tables.map(({ taken, changed, refused }) => [taken, changed, refused])).toEqual([
    [4, 0, 0],
    [2, 0, 0],
  ]);
  expect(problems.map(({ kind, id, path, reason }) => [kind, id, path?.join("."), reason.slice(0, 40)])).toEqual([
    ["noted", "orphan", "job_id", "its job is not in the file"],
    ["noted", "unlisted", "status", "it has none of the workflow's statuses, "],
    ["noted", "unlisted", "job_id", "its job does not list it"],
    ["noted", "alone", "status", "it has none of the workflow's statuses, "],
    ["noted", "alone", "job_id", "it names no job"],
    ["noted", "j", "case_ids.1", "it lists the same case twice"],
    ["noted", "j", "case_ids.2", "it lists a case that is not in the file"],
    ["noted", "k", "status", "it has none of the workflow's statuses, "],
    ["noted", "k", "agent_name", "it names no agent"],
  ]);
});

test("secrets are replaced where that is asked for, in the report too", () => {
  const text = `{
    "Case": {"1": {"id": "c", "job_id": "j", "status": "stopped", "account": {"api_key": "sk-1", "api_url": "u"}},
             "2": {"account": {"api_key": "sk-2"}}, "3": {"id": "d", "id": "e", "account": {"api_key": "sk-3", "api_key": "sk-4"}}},
    "Job": {"1": {"id": "j", ${plainJob}, "case_ids": ["c"], "agent_parameters": [{"name": "sk-5", "n": 6, "on": true, "x": null}]},
            "2": ${"[".repeat(600)}"sk-7"${"]".repeat(600)}}}`;
  const { bodies, problems } = read(text, { redact: true });
  expect(bodies["Case c"]).toMatchObject({ account: { apiKey: "[redacted]", apiUrl: "u" } });
  const parameters = { name: "[redacted]", n: "[redacted]", on: true, x: null };
  expect(bodies["Job j"]).toMatchObject({ agentParameters: [parameters] });
  expect(JSON.stringify([bodies, problems])).not.toMatch(/sk-\d/);
  expect(problems.find(({ row, kind }) => row === "2" && kind === "refused")).toMatchObject({
    was: '{"account":{"api_key":"[redacted]"}}',
  });
  expect(problems.filter(({ id }) => id === "c").map(shown)).toEqual([
    ["noted", "account.api_key", undefined, undefined],
  ]);
  expect(JSON.stringify(read(text).bodies)).toContain("sk-1");
});

test("records count as created from the earliest time of the file's rows on, in their order", () => {
  const text = `{"Job": {"1": {"id": "a", "created_at": "2025-01-02T03:04:06"}, "2": {"id": "b", "created_at": "2025-01-02T03:04:05.000007+01:00"}}}`;
  const start = Date.UTC(2025, 0, 2, 2, 4, 5) * 1000 + 7;
  expect(readTinyDb(text).records.map(({ created }) => created)).toEqual([start, start + 1]);
  expect(readTinyDb(text, { created: 5 }).records.map(({ created }) => created)).toEqual([5, 6]);
  expect(readTinyDb('{"T": {"1": {"id": "a"}}}').records.map(({ created }) => created)).toEqual([0]);
});
