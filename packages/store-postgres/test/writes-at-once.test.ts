import { randomUUID } from "node:crypto";

import { HoldfastError } from "@holdfast/core";
import type { Driver, DriverOp, Expect, Store, WriteOp } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { describe, expect, test, vi } from "vitest";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import type { Place } from "@holdfast-tooling/pg-proxy";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";

import { openDriver } from "./open-driver.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface Bench extends AsyncDisposable {
  readonly proxy: PgProxy;
  /** By way of the proxy, on one connection; a driver tries nothing again. */
  readonly driver: Driver;
  /** The same schema, directly. */
  readonly direct: Store;
}

async function bench(): Promise<Bench> {
  const proxy = await PgProxy.start(sharedServerUrl());
  const schema = randomUUID();
  const direct = await openPostgresStore(`${sharedServerUrl()}&schema=${schema}`);
  const driver = await openDriver(`${proxy.url}&schema=${schema}&connections=1`);
  return {
    proxy,
    driver,
    direct,
    async [Symbol.asyncDispose]() {
      proxy.heal();
      await driver[Symbol.asyncDispose]();
      await direct.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

function put(id: string, wanted: Expect): DriverOp {
  const own = { tenant: "default", type: "Note", id, documentVersion: 1, text: '{"by":"driver"}', fields: new Map() };
  return { kind: "put", ...own, expect: wanted };
}

function remove(id: string, wanted: Expect): DriverOp {
  return { kind: "delete", tenant: "default", type: "Note", id, expect: wanted };
}

function note(id: string, by = "other"): WriteOp {
  return { put: { type: "Note", id, documentVersion: 1, body: { by } }, expect: "any" };
}

const messages: readonly Place[] = [
  ...[1, 2, 3, 4, 5].flatMap((message) => [0, 1, 10_000].map((bytes): Place => ({ message, of: "client", bytes }))),
  ...[1, 2, 3, 4, 5, 6].flatMap((message) => [0, 2].map((bytes): Place => ({ message, of: "server", bytes }))),
];

/** What is written where nothing stands, and over version 1, with what then stands there. */
const writes = [
  ["a new record", put("new", "absent"), 1],
  ["a record, whether it is there or not", put("any", "any"), 2],
  ["a version of a record", put("version", 1), 2],
  ["a record that is there", put("present", "present"), 2],
  ["a delete", remove("gone", 1), undefined],
] as const;

describe("a connection that is cut at any message of a lone write", () => {
  test.for(writes)("leaves it done or not, as is said: %s", async ([, op, version]) => {
    await using at = await bench();
    const before = op.id === "new" ? undefined : 1;
    const strays: unknown[] = [];
    for (const [nth, place] of messages.entries()) {
      const own = { ...op, id: `${op.id}-${nth}` };
      if (before !== undefined) await at.direct.write([note(own.id)]);
      await at.driver.get("default", "Note", ["warm"]);
      at.proxy.arm({ at: place, strike: "cut" });
      const told = await at.driver.apply([[own]]).then(
        ([result]) => (result?.[0]?.ok === true ? version : "refused"),
        (thrown: unknown) => (HoldfastError.is(thrown) && thrown.outcome === "none" ? before : thrown),
      );
      at.proxy.heal();
      const [found] = await at.direct.get("Note", [own.id]);
      if (found?.version !== told) strays.push({ place, told, found: found?.version });
    }
    expect(strays).toEqual([]);
  });
});

describe("a lone write whose connection was lost", () => {
  const unknown = { code: "COMMIT_UNKNOWN", outcome: "unknown" };
  const undone = { code: "STORE_UNAVAILABLE", retryable: true, outcome: "none" };

  /** Strikes during the write, lets somebody else write before the server can be asked, and gives what is said. */
  async function afterOthers(at: Bench, op: DriverOp, commit: "before" | "answered", times: number): Promise<unknown> {
    await at.driver.apply([[put(op.id, "any")]]);
    at.proxy.arm({ at: { commit }, strike: "cut", staysDown: true });
    const told = at.driver.apply([[op]]).catch((thrown: unknown) => thrown);
    await vi.waitFor(() => expect(at.proxy.strikes).toBe(1), { timeout: 30_000 });
    // The session that was lost may still be on its way out, with its locks.
    for (let time = 0; time < times; time++) await at.direct.write([note(op.id)]);
    at.proxy.heal();
    return told;
  }

  test("was not done where another has the version that it would have had", async () => {
    await using at = await bench();
    expect(await afterOthers(at, put("a", 1), "before", 1)).toMatchObject(undone);
    expect(await at.direct.get("Note", ["a"])).toMatchObject([{ version: 2, body: { by: "other" } }]);
  });

  test("was not done where another process wrote the very same at the same moment", async () => {
    await using at = await bench();
    const body = { by: "driver" };
    const others: WriteOp = { put: { type: "Note", id: "a", documentVersion: 1, body }, expect: 1 };
    for (let round = 0; round < 10; round++) {
      await at.direct.write([{ ...others, expect: "any" }]);
      const [found] = await at.direct.get("Note", ["a"]);
      const version = found?.version ?? 0;
      // Both have their connections, and the millisecond has only begun.
      await at.driver.get("default", "Note", ["warm"]);
      for (const now = Date.now(); Date.now() === now;);
      at.proxy.arm({ at: { commit: "before" }, strike: "cut" });
      const told = at.driver.apply([[put("a", version)]]);
      const written = at.direct.write([{ ...others, expect: version }]);
      await expect(told).rejects.toMatchObject(undone);
      expect(await written).toMatchObject([{ record: { version: version + 1 } }]);
    }
  });

  test("is not known where others have written over it, or may have", async () => {
    for (const [op, commit] of [
      [put("a", 1), "answered"],
      [put("a", "any"), "answered"],
      [put("a", "any"), "before"],
      [remove("a", "any"), "before"],
    ] as const) {
      await using at = await bench();
      expect(await afterOthers(at, op, commit, 2)).toMatchObject(unknown);
    }
  });

  test("was not done where what stands is older", async () => {
    await using at = await bench();
    await at.direct.write([note("a"), note("b")]);
    await at.driver.apply([[put("c", "any")]]);
    for (const op of [put("a", "any"), put("b", "present"), remove("b", "any"), put("none", "any")]) {
      at.proxy.arm({ at: { commit: "before" }, strike: "cut" });
      await expect(at.driver.apply([[op]])).rejects.toMatchObject(undone);
    }
  });
});

test("a lone write that was refused says why, with what stood in the way, and changes nothing", async () => {
  await using at = await bench();
  await at.driver.apply([[put("a", "absent")]]);
  const answers = [put("a", "absent"), put("a", 7), put("b", "present"), remove("a", 3), remove("b", "present")];
  const results = await Promise.all(answers.map((op) => at.driver.apply([[op]])));
  expect(results.map(([result]) => result?.[0])).toMatchObject([
    { ok: false, why: "exists", record: { version: 1 } },
    { ok: false, why: "version", record: { version: 1 } },
    { ok: false, why: "missing" },
    { ok: false, why: "version", record: { version: 1 } },
    { ok: false, why: "missing" },
  ]);
  expect(await at.direct.get("Note", ["a", "b"])).toMatchObject([{ version: 1 }, undefined]);
});
