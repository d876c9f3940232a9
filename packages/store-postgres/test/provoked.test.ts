import { randomUUID } from "node:crypto";

import { createDatabase, sharedServerUrl } from "@holdfast-tooling/pg-test";
import type { Store, StoreSession } from "@holdfast/core";
import { openPostgresStore } from "@holdfast/store-postgres";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const fields = [
  { name: "rank", kind: "number" },
  { name: "status", kind: "string" },
] as const;
const layout = {
  types: [{ type: "Job", schemaVersion: 1, fields, indexes: [{ fields: ["status"], unique: false }], references: [] }],
};

function job(id: string, status = "new") {
  return { put: { type: "Job", id, documentVersion: 1, body: { status, rank: 1 } }, expect: "any" } as const;
}

const admin = adminClient();
let url: string;
let store: Store;

beforeEach(async () => {
  url = freshUrl();
  store = await openPostgresStore(url, { model: { layout } });
  await store.write([job("a"), job("b")]);
  await admin.query(`set search_path = "${schemaOf(url)}"`);
  return () => store.close();
});

function schemaOf(place: string): string {
  return new URL(place).searchParams.get("schema") ?? "";
}

/** Resolves when the server has no session of this name any more. */
async function untilEnded(name: string): Promise<void> {
  const text = "select 1 from pg_stat_activity where application_name = $1";
  while (((await admin.query({ text, values: [name] })).rowCount ?? 0) > 0);
}

describe("what somebody does to a store's tables", () => {
  const refuse = "create function no() returns trigger language plpgsql as $$ begin raise 'no'; end $$";

  test.for<readonly [string, string, (asked: Store) => Promise<unknown>, string]>([
    ["a table is dropped", 'drop table "Job"', (asked) => asked.count("Job"), "42P01"],
    ["a column is dropped", 'alter table "Job" drop status', (asked) => asked.count("Job", { status: "new" }), "42703"],
    ["a rule is added", `alter table "Job" add check (status <> 'odd')`, write("odd"), "23514"],
    [
      "a column that must be filled is added",
      'truncate "Job"; alter table "Job" add odd int not null',
      write(),
      "23502",
    ],
    ["rows must differ", `truncate "Job"; alter table "Job" add exclude (status with =)`, write("same"), "23P01"],
    [
      "a trigger refuses",
      `${refuse}; create trigger no before insert on "Job" execute function no()`,
      write(),
      "P0001",
    ],
  ])("%s: the call is told which error it was, and nothing is done", async ([, change, call, code]) => {
    await admin.query(change);
    await expect(call(store)).rejects.toMatchObject({
      code: "BACKEND_FAILURE",
      retryable: false,
      outcome: "none",
      details: { code },
    });
    expect(await store.get("Other", ["a"])).toEqual([undefined]);
  });

  function write(status = "new") {
    return (asked: Store) => asked.write([job("c", status), job("d", status)]);
  }

  test("a column that gets another type is read anew on another connection (0A000)", async () => {
    // Once, and again: from then on the statement is prepared on the one connection.
    await using one = await openPostgresStore(`${url}&connections=1`, { model: { layout } });
    for (let time = 0; time < 3; time++) await one.get("Job", ["a"]);
    await admin.query('alter table "Job" alter _body type text');
    expect(await one.get("Job", ["a"])).toMatchObject([{ id: "a", body: { status: "new" } }]);
    expect(await one.transaction((session) => session.get("Job", ["b"]))).toMatchObject([{ id: "b" }]);
  });
});

describe("transactions that meet", () => {
  test("and wait for each other: one is told so, the other goes on, and tried again both are done (40P01)", async () => {
    const crossing = async (
      session: StoreSession,
      [first = "", second = ""]: readonly string[],
      met: () => Promise<void>,
    ) => {
      await session.write([job(first, "taken")]);
      await met();
      await session.write([job(second, "taken")]);
    };
    const meeting = (): (() => Promise<void>) => {
      const both = Promise.withResolvers<void>();
      let come = 0;
      return () => {
        come += 1;
        if (come === 2) both.resolve();
        return both.promise;
      };
    };
    const orders = [
      ["a", "b"],
      ["b", "a"],
    ] as const;
    const once = meeting();
    const answers = await Promise.allSettled(
      orders.map((order) => store.transaction((session) => crossing(session, order, once), { tries: 1 })),
    );
    const refused = answers.filter((each) => each.status === "rejected").map(({ reason }): unknown => reason);
    expect(refused).toMatchObject([{ code: "TRANSACTION_CONFLICT", outcome: "none", details: { code: "40P01" } }]);
    const again = meeting();
    await Promise.all(orders.map((order) => store.transaction((session) => crossing(session, order, again))));
    expect((await store.get("Job", ["a", "b"])).map((each) => each?.version)).toEqual([4, 4]);
  });
});

describe("limits that somebody has set for sessions", () => {
  test("a transaction that takes longer is ended, and was not done (25P04)", async () => {
    await using limited = await openPostgresStore(`${url}&options=-c%20transaction_timeout%3D700`, {
      model: { layout },
    });
    await admin.query(`begin; select 1 from "Job" where _id = 'a' for update`);
    const waiting = limited.transaction((session) => session.write([job("a", "late")]), { tries: 1 });
    await expect(waiting).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      outcome: "none",
      details: { code: "25P04" },
    });
    await admin.query("rollback");
    expect(await limited.get("Job", ["a"])).toMatchObject([{ version: 1 }]);
  });

  test("a connection that nobody used for too long is replaced, and no call is told (57P05)", async () => {
    const name = `idle-${randomUUID()}`;
    const limit = `&application_name=${name}&options=-c%20idle_session_timeout%3D300`;
    await using limited = await openPostgresStore(`${url}${limit}`, { model: { layout } });
    await limited.count("Job");
    await untilEnded(name);
    expect(await limited.count("Job")).toBe(2);
    await untilEnded(name);
    expect(await limited.write([job("a")])).toMatchObject([{ ok: true, record: { version: 2 } }]);
  });
});

test("a database that is dropped under a store is a matter of configuration (57P04, 3D000)", async () => {
  const name = `dropped_${randomUUID().replaceAll("-", "")}`;
  await using doomed = await openPostgresStore(await createDatabase(sharedServerUrl(), name), { busyTimeoutMs: 300 });
  await doomed.count("Note");
  await admin.query(`drop database ${name} with (force)`);
  await expect(doomed.count("Note")).rejects.toMatchObject({ code: "INVALID_CONFIG", details: { code: "3D000" } });
});
