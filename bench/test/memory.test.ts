import { expect, test } from "vitest";
import { memoryReport } from "../src/memory/run-memory.ts";

const megabyte = 2 ** 20;
const opened = { store: "json", step: "opened, one read" } as const;

test("peaks stand side by side, and a document more is what lies between two sizes", () => {
  const found = [
    { ...opened, count: 1_000, peak: 3 * megabyte, kept: megabyte },
    { ...opened, count: 10_000, peak: 40 * megabyte, kept: megabyte + 9_000 * 200 },
  ];
  const report = memoryReport(found, [1_000, 10_000]);
  expect(report).toContain("|  | 1,000 documents | 10,000 documents |");
  expect(report).toContain("| json: opened, one read | 3.00 MB | 40.0 MB |");
  expect(report).toContain("| json: opened, one read | 1.00 MB | 2.72 MB | 200 bytes |");
});
