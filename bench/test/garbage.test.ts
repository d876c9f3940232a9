import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../src/memory/aging-process.ts", import.meta.url));

// Two to three thousand where objects that a batch keeps are written out at a place that saves pass as well.
test("what a save leaves behind is collected while it is young, also in a process that has written a batch", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=holdfast-source", program]);
  expect(Number(stdout)).toBeGreaterThanOrEqual(0);
  expect(Number(stdout)).toBeLessThan(500);
});
