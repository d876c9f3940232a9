import { startPostgres } from "@holdfast-tooling/pg-test";
import type { PostgresServer } from "@holdfast-tooling/pg-test";
import { HoldfastError } from "@holdfast/core";
import type { Store } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { largeModel } from "../src/entities.ts";
import { loadItems } from "../src/load-items.ts";
import { maintenances } from "../src/maintenance.ts";
import type { MaintenanceName } from "../src/maintenance.ts";

const rows = 1_000;
/** How long a call waits for who is in its way; a transaction ten times as long, being tried as often. */
const busyTimeoutMs = 100;
const schema = "&schema=locked&connections=30";
const names = Object.keys(maintenances) as readonly MaintenanceName[];

function item(id: string) {
  const body = { status: "new", rank: 0, text: "" };
  return { put: { type: "Item", id, documentVersion: 1, body }, expect: "absent" } as const;
}

const calls: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  get: (store) => store.get("Item", ["item-000000001"]),
  find: (store) => store.find({ type: "Item" }),
  count: (store) => store.count("Item"),
  countBy: (store) => store.countBy("Item", "status"),
  changes: async (store) => {
    for await (const { caughtUp } of store.changes()) if (caughtUp) return;
  },
  stats: (store) => store.stats(),
  check: (store) => store.check(),
  backup: (store) => store.backup(new WritableStream()),
  write: (store) => store.write([item("written")]),
  transaction: (store) => store.transaction((session) => session.write([item("transacted")])),
};

describe("a table that somebody keeps locked", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await loadItems(server.url, "locked", rows);
  });
  afterAll(() => server.stop());

  test.for(names)("%s: every call says that it is busy, does nothing, and goes on when it is free", async (name) => {
    await using store = await openPostgresStore(`${server.url}${schema}`, { model: largeModel, busyTimeoutMs });
    await using patient = await openPostgresStore(`${server.url}${schema}`, {
      model: largeModel,
      busyTimeoutMs: 60_000,
    });
    const before = await store.count("Item");
    // All connections that there will be are made before it is about time.
    await Promise.all([store, patient].flatMap((each) => Object.keys(calls).map(() => each.stats())));
    await using maintenance = await maintenances[name](server.url, 'locked."Item"');
    const whole = ["backup", "transaction"];
    for (const [call, answer] of await answers(store)) {
      expect([call, answer]).toEqual([call, whole.includes(call) ? "TRANSACTION_CONFLICT, none" : "STORE_BUSY, none"]);
    }
    for (const [call, answer] of await answers(patient.within({ timeoutMs: 30 }))) {
      expect([call, answer]).toEqual([call, "TIMEOUT, none"]);
    }
    await maintenance.end();
    expect(await store.count("Item")).toBe(before);
    expect(new Set((await answers(patient)).map(([, answer]) => answer))).toEqual(new Set(["done"]));
    expect(await store.count("Item")).toBe(before + 2);
    await store.write(["written", "transacted"].map((id) => ({ delete: { type: "Item", id }, expect: "any" })));
  });

  test.for(names)("%s of the store's own table keeps it from being opened, with the same word", async (name) => {
    await using maintenance = await maintenances[name](server.url, "locked.holdfast_epoch");
    const opening = openPostgresStore(`${server.url}${schema}`, { model: largeModel, busyTimeoutMs });
    await expect(opening).rejects.toMatchObject({ code: "STORE_BUSY", outcome: "none", retryable: true });
    await maintenance.end();
    await using store = await openPostgresStore(`${server.url}${schema}`, { model: largeModel });
    expect(await store.count("Item")).toBe(rows);
  });

  test.for(names)(
    "%s keeps it from being changed for as long as it takes, or until a signal is given",
    async (name) => {
      const field = { name: name.replaceAll(" ", ""), kind: "number" } as const;
      const types = largeModel.layout.types.map((type) => ({ ...type, fields: [...type.fields, field] }));
      const model = { layout: { types } };
      await using maintenance = await maintenances[name](server.url, 'locked."Item"');
      const patient = openPostgresStore(`${server.url}${schema}`, { model });
      const opening = openPostgresStore(`${server.url}${schema}`, {
        model,
        signal: AbortSignal.timeout(10 * busyTimeoutMs),
      });
      await expect(opening).rejects.toMatchObject({ code: "ABORTED", outcome: "none" });
      await maintenance.end();
      await using store = await patient;
      expect(await store.count("Item", { [field.name]: null })).toBe(rows);
    },
  );
});

/** What each call, made at once with all others, is answered with. */
async function answers(store: Store): Promise<readonly (readonly [string, string])[]> {
  return Promise.all(Object.entries(calls).map(async ([name, call]) => [name, await answerOf(call(store))] as const));
}

async function answerOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (thrown) {
    if (!HoldfastError.is(thrown)) throw thrown;
    return `${thrown.code}, ${thrown.outcome}`;
  }
}
