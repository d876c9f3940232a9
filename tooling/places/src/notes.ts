import { readdirSync } from "node:fs";

import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";

/** The backends that keep a store in files. */
export const schemes = ["json", "sqlite"] as const;
export type Scheme = (typeof schemes)[number];

/** Where the tests' store is in a folder. */
export function pathIn(folder: string, scheme: Scheme): string {
  return `${folder}/store.${scheme === "json" ? "json" : "db"}`;
}

export async function put(store: Store, id: string, bytes = 10): Promise<void> {
  const body = { text: "x".repeat(bytes) };
  await store.write([{ put: { type: "Note", id, documentVersion: 1, body }, expect: "absent" }]);
}

/** Writes until it fails; gives the ids that were acknowledged, and the failure. */
export async function fill(
  store: Store,
  bytes: number,
): Promise<{ readonly ids: readonly string[]; readonly error: HoldfastError }> {
  const ids: string[] = [];
  for (;;) {
    const id = `n${String(ids.length).padStart(5, "0")}`;
    const error = await errorOf(put(store, id, bytes));
    if (error !== undefined) return { ids, error };
    ids.push(id);
  }
}

/** All ids that are there, in the order in which they were written. */
export async function idsOf(store: Store): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.find({
      type: "Note",
      limit: 10_000,
      omit: "body",
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...page.records.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

/** The HoldfastError that a call ends with; undefined where it does not fail. Anything else is thrown on. */
export async function errorOf(call: Promise<unknown>): Promise<HoldfastError | undefined> {
  try {
    await call;
    return undefined;
  } catch (thrown) {
    if (HoldfastError.is(thrown)) return thrown;
    throw thrown;
  }
}

/** Files of unfinished work: there must be none. */
export function leftoversIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /\.(?:tmp|kept|damaged)$/.test(name));
}
