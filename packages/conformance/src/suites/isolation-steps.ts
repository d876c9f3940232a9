import assert from "node:assert/strict";

import type { Store, StoreSession } from "@holdfast/core";

import { insert, put } from "../ops.ts";
import { show, writeAll } from "../shorthand.ts";

/** Two records, `x` and `y`, with what they hold in the indexed field `rank`. */
export async function setUp(store: Store, [x, y]: readonly [number, number] = [10, 20]): Promise<void> {
  await writeAll(store, [insert("Item", "x", { rank: x }), insert("Item", "y", { rank: y })]);
}

export function balance(id: "x" | "y"): (session: Pick<StoreSession, "get">) => Promise<number> {
  return async (session) => {
    const [record] = await session.get("Item", [id]);
    const rank = record?.body["rank"];
    return typeof rank === "number" ? rank : NaN;
  };
}

export async function balances(session: Pick<StoreSession, "get">): Promise<readonly number[]> {
  const records = await session.get("Item", ["x", "y"]);
  return records.map((record) => (typeof record?.body["rank"] === "number" ? record.body["rank"] : NaN));
}

export function change(id: "x" | "y", rank: number): (session: Pick<StoreSession, "write">) => Promise<void> {
  return (session) => writeAll(session, [put("Item", id, { rank })]);
}

export function deposit(id: "x" | "y", amount: number): (session: StoreSession) => Promise<void> {
  return async (session) => change(id, (await balance(id)(session)) + amount)(session);
}

/** One of the results that some serial order gives. */
export function isOneOf(actual: unknown, serial: readonly unknown[]): void {
  const shown = show(actual);
  assert.ok(
    serial.some((each) => show(each) === shown),
    `${shown} is what no serial order gives: ${serial.map(show).join(" or ")}`,
  );
}
