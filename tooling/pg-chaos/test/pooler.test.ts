import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { describeStore } from "@holdfast/conformance";
import type { ChangeBatch, WriteOp } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { Client } from "pg";

import { missingPooler, startPooler } from "../src/start-pooler.ts";
import { BehindPooler, durability, poolerTarget } from "./behind-pooler.ts";

const missing = missingPooler();
if (missing !== undefined) console.warn(`nothing is tested behind a pooler: ${missing}`);

// Each transaction waits for a new process of the server.
vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(missing !== undefined)("behind a pooler in transaction mode", () => {
  let place: BehindPooler;
  beforeAll(async () => {
    place = await BehindPooler.start();
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
  });

  test("the server's connections really are used once", async () => {
    const client = new Client({ connectionString: place.pooler.url });
    await client.connect();
    const pids = new Set<number>();
    for (let at = 0; at < 5; at++) {
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      pids.add(rows[0]?.pid ?? 0);
    }
    await client.end();
    expect(pids.size).toBe(5);
  });

  test("many new records go in, and after one batch that is refused the next one does", async () => {
    await using store = await openPostgresStore(`${place.pooler.url}&schema=${randomUUID()}`, { durability });
    const ops = Array.from({ length: 500 }, (_each, at): WriteOp => {
      const body = { text: "\\N\t\u0000".repeat(500) };
      return { put: { type: "Note", id: `note ${at}`, documentVersion: 1, body }, expect: "absent" };
    });
    await expect(
      store.transaction(async (session) => {
        await session.write(ops);
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    for (const round of [ops.slice(0, 400), ops.slice(400)]) {
      expect((await store.write(round)).every(({ ok }) => ok)).toBe(true);
    }
    expect(await store.count("Note")).toBe(500);
  });

  test.for([
    ["refuses the connection's settings", []],
    ["ignores them", ["options"]],
  ] as const)(
    "that %s, a follower looks by the clock, hears of every commit, and the store says so",
    async ([, ignored]) => {
      await using own = await startPooler(place.server.url, { ignored });
      const schema = `&schema=${randomUUID()}`;
      await using pooled = await openPostgresStore(`${own.url}${schema}`, { durability, pollMs: 10 });
      await using direct = await openPostgresStore(`${place.server.url}${schema}`, { durability });
      expect([pooled.guarantees.hints, direct.guarantees.hints]).toEqual(["poll", "notify"]);
      const stop = new AbortController();
      const batches = pooled.changes(undefined, { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
      await batches.next();
      for (const [id, writer] of Object.entries({ direct, pooled })) {
        await writer.write([{ put: { type: "Note", id, documentVersion: 1, body: {} }, expect: "absent" }]);
        const { value } = (await batches.next()) as { readonly value: ChangeBatch };
        expect(value.changes).toMatchObject([{ kind: "put", record: { id } }]);
      }
      stop.abort();
    },
  );

  describeStore(
    { describe, test, afterAll },
    poolerTarget(() => place),
  );
});
