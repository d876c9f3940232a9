import assert from "node:assert/strict";

import type { Guarantees } from "@holdfast/core";

import type { StoreTarget } from "./store-target.ts";

/** Fails unless a target claims just what its store guarantees: so nothing is skipped that no guarantee excuses. */
export function checkClaims(target: Omit<StoreTarget, "name" | "open">, guarantees: Guarantees): void {
  const { writers, durability, oneAtATime } = guarantees;
  assert.equal(target.reopen !== undefined, durability !== "none", `\`reopen\`, with durability "${durability}"`);
  assert.equal(target.sharable === true, writers !== "process", `\`sharable\`, with writers "${writers}"`);
  assert.equal(target.oneAtATime === true, oneAtATime === true, "`oneAtATime`");
}
