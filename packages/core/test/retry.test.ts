import { HoldfastError } from "@holdfast/core";
import type { HoldfastErrorOptions } from "@holdfast/core";
import { expect, test } from "vitest";

import { againIfTransient } from "../src/store/retry.ts";

/** A call that fails so often before it gives how often it was made. */
function failing(
  times: number,
  options: HoldfastErrorOptions,
): { readonly call: () => Promise<number>; calls: number } {
  const counted = {
    calls: 0,
    call: async () => {
      counted.calls += 1;
      if (counted.calls <= times) throw new HoldfastError("it failed", options);
      return counted.calls;
    },
  };
  return counted;
}

test.for([
  ["a conflict", { code: "TRANSACTION_CONFLICT" }],
  ["a store that cannot be reached", { code: "STORE_UNAVAILABLE" }],
  ["a commit of which nobody knows whether it stands", { code: "COMMIT_UNKNOWN", outcome: "unknown" }],
] as const)("a call that may be made twice is made again after %s", async ([, options]) => {
  expect(await againIfTransient(failing(2, options).call)).toBe(3);
});

test.for([
  ["a refusal", { code: "INVALID_CONFIG" }],
  ["what no waiting changes", { code: "STORE_UNAVAILABLE", retryable: false }],
] as const)("a call is not made again after %s", async ([, options]) => {
  const counted = failing(1, options);
  await expect(againIfTransient(counted.call)).rejects.toMatchObject({ code: options.code });
  expect(counted.calls).toBe(1);
});

test("a call is made ten times at most", async () => {
  const counted = failing(Infinity, { code: "STORE_UNAVAILABLE" });
  await expect(againIfTransient(counted.call)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(counted.calls).toBe(10);
});
