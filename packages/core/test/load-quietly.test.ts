import { afterEach, expect, test, vi } from "vitest";

import { loadQuietly } from "../src/index.ts";

afterEach(() => vi.restoreAllMocks());

function warned(...warnings: readonly (readonly [string, string])[]): readonly unknown[] {
  const give = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  loadQuietly("SQLite", () => {
    for (const [warning, type] of warnings) process.emitWarning(warning, type);
  });
  return give.mock.calls.map(([warning]) => warning);
}

test("the warning that the loaded feature is experimental is held back, and no other", () => {
  const others = [
    ["SQLite is old", "DeprecationWarning"],
    ["Type stripping is an experimental feature", "ExperimentalWarning"],
  ] as const;
  expect(warned(["SQLite is an experimental feature", "ExperimentalWarning"], ...others)).toEqual(
    others.map(([warning]) => warning),
  );
});

test("the warning is given again once the feature is loaded, or could not be", () => {
  const give = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const warn = (): void => process.emitWarning("SQLite is an experimental feature", "ExperimentalWarning");
  expect(loadQuietly("SQLite", () => 5)).toBe(5);
  warn();
  const fail = (): never => {
    throw new Error("there is none");
  };
  expect(() => loadQuietly("SQLite", fail)).toThrow("there is none");
  warn();
  expect(give).toHaveBeenCalledTimes(2);
});
