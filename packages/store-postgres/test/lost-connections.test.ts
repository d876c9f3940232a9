import { randomUUID } from "node:crypto";

import { HoldfastError } from "@holdfast/core";
import type { Driver, DriverOp, OpenOptions } from "@holdfast/core";
import { backend, openPostgresStore } from "@holdfast/store-postgres";
import { describe, expect, test, vi } from "vitest";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";
import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const admin = adminClient();

/** A store's URL whose connections carry a name, and what ends them all. */
function victim(): { readonly url: string; readonly kill: () => Promise<number> } {
  const name = `victim-${randomUUID()}`;
  return {
    url: `${freshUrl()}&application_name=${name}`,
    async kill() {
      const { rowCount } = await admin.query({
        text: "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1",
        values: [name],
      });
      return rowCount ?? 0;
    },
  };
}

function note(id: string) {
  return { put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "any" } as const;
}

describe("a connection that the server ends", () => {
  test("while it is idle is replaced, and nobody notices", async () => {
    const { url, kill } = victim();
    await using store = await openPostgresStore(url);
    await store.write([note("a")]);
    expect(await kill()).toBeGreaterThan(0);
    expect(await store.count("Note")).toBe(1);
    expect(await store.write([note("a")])).toMatchObject([{ ok: true, record: { version: 2 } }]);
  });

  test("within a transaction fails it as retryable with nothing applied, and the store goes on", async () => {
    const { url, kill } = victim();
    await using store = await openPostgresStore(url);
    const killed = store.transaction(
      async (session) => {
        await session.write([note("a")]);
        await kill();
        await session.write([note("b")]);
      },
      { tries: 1 },
    );
    await expect(killed).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true, outcome: "none" });
    expect(await store.count("Note")).toBe(0);
  });

  test("between a transaction's last statement and its commit is no acknowledgement", async () => {
    const { url, kill } = victim();
    await using store = await openPostgresStore(url);
    const killed = store.transaction(
      async (session) => {
        await session.write([note("a")]);
        await kill();
      },
      { tries: 1 },
    );
    await expect(killed).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", outcome: "none" });
    expect(await store.count("Note")).toBe(0);
  });

  test("makes the store try again where it may, and each write is applied once", async () => {
    const { url, kill } = victim();
    await using store = await openPostgresStore(url);
    let isOver = false;
    const killing = (async () => {
      while (!isOver) await kill();
    })();
    const writes = Array.from({ length: 40 }, (_, at) => store.write([note(`n${at}`)]));
    const settled = await Promise.allSettled(writes);
    isOver = true;
    await killing;
    const versions = await Promise.all(
      settled.map(async (_each, at) => (await store.get("Note", [`n${at}`]))[0]?.version ?? 0),
    );
    const strays = settled.filter((each, at) => !fits(each, versions[at] ?? 0));
    expect(strays).toEqual([]);
  });
});

/** Done once where that was said, not at all where that was said, and else one of the two. */
function fits(settled: PromiseSettledResult<unknown>, version: number): boolean {
  if (settled.status === "fulfilled") return version === 1;
  if (!HoldfastError.is(settled.reason)) return false;
  return settled.reason.outcome === "none" ? version === 0 : settled.reason.outcome === "unknown" && version <= 1;
}

describe("a connection that is lost during the commit", () => {
  const put: DriverOp = {
    kind: "put",
    tenant: "default",
    type: "Note",
    id: "a",
    documentVersion: 1,
    text: "{}",
    fields: new Map(),
    expect: "any",
  };

  async function driverThrough(url: string, options: Partial<OpenOptions> = {}): Promise<Driver> {
    const driver = backend.driver(url);
    await driver.open(
      { types: [] },
      {
        stamps: { now: () => Date.now() * 1000, newId: randomUUID },
        durability: "process-crash",
        layout: "upgrade",
        access: "write",
        lockTimeoutMs: 0,
        busyTimeoutMs: options.busyTimeoutMs ?? 10_000,
        logger: { warn: () => undefined },
      },
    );
    return driver;
  }

  function schemaOn(proxy: PgProxy): string {
    return `${proxy.url}&schema=${randomUUID()}`;
  }

  test("which the server never saw, was rolled back: retryable, with nothing applied", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using driver = await driverThrough(schemaOn(proxy));
    proxy.arm({ at: { commit: "before" }, strike: "cut" });
    await expect(driver.apply([[put]])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      retryable: true,
      outcome: "none",
    });
    expect(await driver.get("default", "Note", ["a"])).toEqual([undefined]);
  });

  test("which the server did, is acknowledged all the same", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using driver = await driverThrough(schemaOn(proxy));
    proxy.arm({ at: { commit: "answered" }, strike: "cut" });
    expect(await driver.apply([[put]])).toMatchObject([[{ ok: true, record: { version: 1 } }]]);
    expect(proxy.strikes).toBe(1);
    expect(await driver.get("default", "Note", ["a"])).toMatchObject([{ version: 1 }]);
  });

  test("is resolved for a whole transaction, and after a savepoint that was undone", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using driver = await driverThrough(schemaOn(proxy));
    proxy.arm({ at: { commit: "answered" }, strike: "cut" });
    await driver.transaction("write", async (writer) => {
      await writer.apply([[put]]);
      const undone = writer.savepoint(async (inner) => {
        await inner.apply([[{ ...put, id: "b" }]]);
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
    });
    expect(await driver.get("default", "Note", ["a", "b"])).toMatchObject([{ version: 1 }, undefined]);
  });

  test("is not known where the server stays away", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using driver = await driverThrough(schemaOn(proxy), { busyTimeoutMs: 200 });
    proxy.arm({ at: { commit: "answered" }, strike: "cut", staysDown: true });
    await expect(driver.apply([[put]])).rejects.toMatchObject({ code: "COMMIT_UNKNOWN", outcome: "unknown" });
  });

  test("is done once by the store above, whichever way it was lost", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    await using store = await openPostgresStore(schemaOn(proxy));
    for (const [at, commit] of (["before", "answered"] as const).entries()) {
      proxy.arm({ at: { commit }, strike: "cut" });
      expect(await store.write([note("w")])).toMatchObject([{ ok: true, record: { version: at + 1 } }]);
    }
  });
});

test("a server that is not there is said to be unavailable, and no password is told", async () => {
  const opening = openPostgresStore("postgres://user:s3cret@127.0.0.1:1/none", { busyTimeoutMs: 100 });
  const error: unknown = await opening.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
  expect(JSON.stringify([error, String(error)])).not.toContain("s3cret");
});
