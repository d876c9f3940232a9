import { HoldfastError } from "@holdfast/core";
import { expect, test } from "vitest";

import { defaultUrl } from "../src/environment.ts";

test("HOLDFAST_STORE chooses the store, whatever else is set", () => {
  expect(defaultUrl({ HOLDFAST_STORE: "sqlite:./x.db", HOLDFAST_ENV: "production", NODE_ENV: "test" })).toBe(
    "sqlite:./x.db",
  );
});

test.each([
  [{ HOLDFAST_ENV: "production" }, "json:./data/entities.json"],
  [{ HOLDFAST_ENV: "development" }, "json:./dev_data/entities.json"],
  [{ HOLDFAST_ENV: "test" }, "json:./test_data/entities.json"],
  [{ NODE_ENV: "production" }, "json:./data/entities.json"],
  [{ NODE_ENV: "test" }, "json:./test_data/entities.json"],
  [{ HOLDFAST_ENV: "test", NODE_ENV: "production" }, "json:./test_data/entities.json"],
  [{ HOLDFAST_STORE: "", HOLDFAST_ENV: "", NODE_ENV: "production" }, "json:./data/entities.json"],
  [{}, "json:./dev_data/entities.json"],
])("an environment of %o has its own JSON file", (environment, url) => {
  expect(defaultUrl(environment)).toBe(url);
});

test.each([{ HOLDFAST_ENV: "staging" }, { NODE_ENV: "Production" }])(
  "an environment that has no store by default (%o) is refused, and told of HOLDFAST_STORE",
  (environment) => {
    let thrown: unknown;
    try {
      defaultUrl(environment);
    } catch (error) {
      thrown = error;
    }
    expect(HoldfastError.is(thrown, "INVALID_CONFIG")).toBe(true);
    expect(thrown).toHaveProperty("message", expect.stringContaining("set HOLDFAST_STORE"));
  },
);
