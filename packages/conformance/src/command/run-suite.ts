import { run } from "node:test";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import type { SuiteReport } from "./suite-report.ts";

/** Beside this file, and of its kind: a source or what was compiled from it. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const program = fileURLToPath(new URL(`./suite-program${extension}`, import.meta.url));

/** Runs what is planned with Node's own test runner, in this process, and tells the report what became of each test. */
export async function runSuite(report: SuiteReport): Promise<void> {
  const path: string[] = [];
  const pathOf = (data: { readonly name: string; readonly nesting: number }) => [
    ...path.slice(0, data.nesting),
    data.name,
  ];
  const stream = run({ files: [program], isolation: "none", concurrency: false });
  stream.on("test:start", ({ nesting, name }) => path.splice(nesting, Infinity, name));
  stream.on("test:pass", (data) => {
    if (data.details.type === "suite") report.endTheme(pathOf(data));
    else if (typeof data.skip === "string") report.add({ kind: "skipped", path: pathOf(data), reason: data.skip });
    else report.add({ kind: "kept", path: pathOf(data) });
  });
  stream.on("test:fail", (data) => {
    const { type, error } = data.details;
    if (type === "suite") report.endTheme(pathOf(data));
    // A suite fails with its tests; by itself only where what it does before or behind them fails.
    if (type !== "suite" || !isFailureOfTests(error)) report.add({ kind: "broken", path: pathOf(data), cause: error });
  });
  await finished(stream.resume());
}

function isFailureOfTests(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}
