import { describe, expect, test } from "vitest";

import { columnName, joinedName } from "../src/identifiers.ts";

describe("the column of a field", () => {
  test("has the field's own name wherever a database takes that", () => {
    for (const name of ["status", "missionId", "a", "A1_b", "x".repeat(63), "constructor"])
      expect(columnName(name)).toBe(name);
  });

  test("has a name of its own for a field that no database column can be called after", () => {
    const odd = ["", "_id", "a b", 'a"b', "é", "x".repeat(64), "1st", "ctid", "XMIN", "rowid", "__proto__", "a.b"];
    const columns = odd.map(columnName);
    for (const column of columns) expect(column).toMatch(/^_f_[0-9a-f]{16}$/);
    expect(new Set(columns).size).toBe(odd.length);
  });
});

describe("a joined name", () => {
  test("stays readable where it is short, and is within every database's limit where it is long", () => {
    expect(joinedName("Job", "status", "index")).toBe("Job.status.index");
    const long = joinedName("T".repeat(48), "f".repeat(40), "index");
    expect(Buffer.byteLength(long)).toBe(63);
    expect(long).toMatch(/^T{46}\.[0-9a-f]{16}$/);
  });

  test("is the same each time, and another one for other parts", () => {
    const parts = ["T".repeat(48), "f".repeat(40), "index"];
    expect(joinedName(...parts)).toBe(joinedName(...parts));
    expect(joinedName(...parts)).not.toBe(joinedName("T".repeat(48), "g".repeat(40), "index"));
  });
});
