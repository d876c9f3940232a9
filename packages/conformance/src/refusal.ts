import assert from "node:assert/strict";

import { HoldfastError } from "@holdfast/core";
import type { ErrorCode, WriteResult } from "@holdfast/core";

import { show } from "./shorthand.ts";

/** The HoldfastError, of one of these codes, that a call must fail with. */
export async function failure(call: Promise<unknown>, ...codes: readonly ErrorCode[]): Promise<HoldfastError> {
  const wanted = codes.length === 0 ? "an error" : codes.join(" or ");
  const settled = await call.then(
    (value: unknown) => ({ ok: true as const, value }),
    (thrown: unknown) => ({ ok: false as const, thrown }),
  );
  if (settled.ok) assert.fail(`${wanted} was expected, but the call answered ${show(settled.value)}`);
  const { thrown } = settled;
  if (!HoldfastError.is(thrown)) assert.fail(`${wanted} was expected, but this came through: ${String(thrown)}`);
  const fits = codes.length === 0 || codes.includes(thrown.code);
  assert.ok(fits, `${wanted} was expected, but it was ${thrown.code}: ${thrown.message}`);
  return thrown;
}

/** What a list of results says, for comparing: `"ok"` or why not. */
export function answers(results: readonly WriteResult[]): readonly string[] {
  return results.map((result) => (result.ok ? "ok" : result.why));
}
