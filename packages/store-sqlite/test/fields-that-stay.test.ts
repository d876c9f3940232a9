import type { Layout, Store } from "@holdfast/core";
import { afterEach, expect, test, vi } from "vitest";

import { openSqliteStore } from "../src/index.ts";
import { PreparedStatements } from "../src/prepared-statements.ts";

afterEach(() => vi.restoreAllMocks());

function layoutOf(names: readonly string[]): Layout {
  const fields = names.map((name) => ({ name, kind: "string" as const }));
  const indexes = names.map((name) => ({ fields: [name], unique: false }));
  return { types: [{ type: "Wide", schemaVersion: 1, fields, indexes, references: [] }] };
}

/** For each choice of fields a record of which these change, in one batch; and the UPDATEs that it took. */
async function changeAllChoices(store: Store, names: readonly string[]): Promise<ReadonlySet<string>> {
  const choices = Array.from({ length: 2 ** names.length }, (_, bits): Readonly<Record<string, string>> =>
    Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) === 0 ? "old" : "new"])),
  );
  const put = (body: Readonly<Record<string, string>>, at: number) => ({
    put: { type: "Wide", id: `w${at}`, documentVersion: 1, body },
    expect: "any" as const,
  });
  const [old = {}] = choices;
  await store.write(choices.map((_body, at) => put(old, at)));
  const asked = vi.spyOn(PreparedStatements.prototype, "get");
  await store.write(choices.map(put));
  const updates = new Set(asked.mock.calls.map(([text]) => text).filter((text) => text.startsWith('update "Wide"')));
  for (const [at, where] of choices.entries()) {
    const { records } = await store.find({ type: "Wide", where });
    expect(records.map(({ id }) => id)).toEqual([`w${at}`]);
  }
  return updates;
}

test("of a few fields, each is left out where it stays, and all are found by what they are", async () => {
  const names = ["a", "b", "c"];
  await using store = await openSqliteStore(":memory:", { model: { layout: layoutOf(names) } });
  expect((await changeAllChoices(store, names)).size).toBe(8);
});

test("of many fields there are two statements: one where all stay, and one for any that change", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  await using store = await openSqliteStore(":memory:", { model: { layout: layoutOf(names) } });
  expect((await changeAllChoices(store, names)).size).toBe(2);
});
