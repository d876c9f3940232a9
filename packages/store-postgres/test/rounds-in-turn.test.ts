import { randomUUID } from "node:crypto";

import { HoldfastError } from "@holdfast/core";
import type { Driver, DriverOp, Expect, GroupResult, Layout, Scalar } from "@holdfast/core";
import { describe, expect, test, vi } from "vitest";

import { PgProxy } from "@holdfast-tooling/pg-proxy";
import type { Place } from "@holdfast-tooling/pg-proxy";
import { sharedServerUrl } from "@holdfast-tooling/pg-test";

import { adminClient } from "./admin-client.ts";
import { freshUrl } from "./fresh-url.ts";
import { openDriver } from "./open-driver.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const admin = adminClient();
const rank = { name: "rank", kind: "number" } as const;
const plain = { schemaVersion: 1, fields: [rank], indexes: [], references: [] };
const layout: Layout = { types: [{ type: "Note", ...plain }] };

const open = (url: string, of: Layout = layout): Promise<Driver> => openDriver(url, of);

function put(id: string, wanted: Expect, value: number | null = null, match?: number): DriverOp {
  const fields = new Map<string, Scalar>([["rank", value]]);
  const own = {
    tenant: "default",
    type: "Note",
    id,
    documentVersion: 1,
    text: JSON.stringify({ rank: value }),
    fields,
  };
  const matched = match === undefined ? {} : { match: new Map([["rank", match]]) };
  return { kind: "put", ...own, expect: wanted, ...matched };
}

function remove(id: string): DriverOp {
  return { kind: "delete", tenant: "default", type: "Note", id, expect: "any" };
}

type Told = GroupResult | "left" | "unknown";

/** Gives the driver rounds in turn; what it tells of each op of each round, of those that it took. */
async function inTurn(
  driver: Driver,
  ...rounds: readonly (readonly DriverOp[])[]
): Promise<readonly (readonly Told[])[]> {
  const waiting = [...rounds];
  const told: Promise<readonly Told[]>[] = [];
  await driver.applyInTurn?.(async () => {
    const ops = waiting.shift();
    return (
      ops && {
        groups: ops.map((op) => [op]),
        settle: (outcome) =>
          void told.push(
            outcome.then(
              (results) => results.map((result) => result ?? "left"),
              (thrown: unknown) => {
                if (HoldfastError.is(thrown, "COMMIT_UNKNOWN")) return ops.map(() => "unknown" as const);
                throw thrown;
              },
            ),
          ),
      }
    );
  });
  return Promise.all(told);
}

async function versions(driver: Driver, ids: readonly string[]): Promise<readonly (number | undefined)[]> {
  return (await driver.get("default", "Note", ids)).map((record) => record?.version);
}

const done = (version: number) => [{ ok: true, record: { version } }];

describe("rounds in turn", () => {
  test("are each done as a whole, in their order", async () => {
    await using driver = await open(freshUrl());
    const told = await inTurn(
      driver,
      [put("a", "absent", 1), put("b", "any", 1)],
      [put("b", 1, 2), put("a", "present", 2)],
      [put("a", 2, 3, 2), put("b", "any", 3)],
    );
    expect(told).toMatchObject([
      [done(1), done(1)],
      [done(2), done(2)],
      [done(3), done(3)],
    ]);
    const found = await driver.get("default", "Note", ["a", "b"]);
    expect(found).toMatchObject([{ version: 3, text: '{"rank":3}' }, { version: 3 }]);
    // When a record was made stays.
    expect(found[0]?.created).toBeLessThan(found[0]?.updated ?? 0);
    expect(told[2]?.[0]).toEqual([{ ok: true, record: found[0] }]);
  });

  test("leave what is refused, and do nothing that comes later", async () => {
    await using driver = await open(freshUrl());
    await driver.apply([[put("old", "absent", 1)]]);
    const told = await inTurn(
      driver,
      [
        put("new", "absent", 1),
        put("old", "absent", 2),
        put("none", "present", 2),
        put("other", 7, 2),
        put("nobody", 1, 2, 1),
      ],
      [put("later", "any", 2)],
    );
    expect(told).toMatchObject([[done(1), "left", "left", "left", "left"]]);
    expect(await versions(driver, ["new", "old", "none", "other", "nobody", "later"])).toEqual([
      1,
      1,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("leave what matches another value, null among them", async () => {
    await using driver = await open(freshUrl());
    await driver.apply([[put("a", "absent", 1), put("b", "absent", null)]]);
    expect(await inTurn(driver, [put("a", "present", 2, 5), put("b", "present", 2, 5)])).toEqual([["left", "left"]]);
    const matched = await inTurn(driver, [put("a", "present", 2, 1), put("b", 1, 2)]);
    expect(matched).toMatchObject([[done(2), done(2)]]);
  });

  test("go on from deletes, whose tombstones go", async () => {
    await using driver = await open(freshUrl());
    const ids = ["a", "b", "c"];
    await driver.apply(ids.map((id) => [put(id, "any", 1)]));
    await driver.apply([[remove("a")], [remove("c")]]);
    const told = await inTurn(driver, [put("a", "any", 2), put("b", "any", 2), put("c", "absent", 2)]);
    expect(told).toMatchObject([[done(3), done(2), done(3)]]);
    expect(await driver.stats()).toMatchObject([{ type: "Note", records: 3, tombstones: 0 }]);
  });

  test("keep tenants and strange texts apart", async () => {
    await using driver = await open(freshUrl());
    const strange = ["a", "ä\u001e\u0001", 'q"\\', "\u2028"];
    const ops = strange.flatMap((id) => ["one", "two"].map((tenant) => ({ ...put(id, "absent", 1), tenant })));
    const told = await inTurn(driver, ops);
    expect(told[0]?.map((each) => typeof each !== "string" && each[0]?.ok)).toEqual(ops.map(() => true));
    const found = await driver.get("two", "Note", strange);
    expect(found.map((record) => [record?.tenant, record?.id])).toEqual(strange.map((id) => ["two", id]));
  });

  test("are taken where all can be judged by a statement, and left otherwise", async () => {
    const unique = { ...plain, indexes: [{ fields: ["rank"], unique: true }] };
    await using driver = await open(freshUrl(), {
      types: [
        { type: "Note", ...plain },
        { type: "Only", ...unique },
      ],
    });
    const only = (id: string): DriverOp => ({ ...put(id, "any", 1), type: "Only" });
    const loose = (id: string): DriverOp => ({ ...put(id, "any", 1), type: "Loose" });
    for (const ops of [
      [only("a"), put("b", "any")],
      [loose("a"), put("b", "any")],
      [put("a", "any"), put("a", "any")],
      [put("a", "any"), remove("b")],
      [{ ...put("a", "any"), after: [] }, put("b", "any")] as readonly DriverOp[],
    ]) {
      expect(await inTurn(driver, ops, [put("later", "any")])).toEqual([["left", "left"]]);
    }
    expect(await versions(driver, ["a", "b", "later"])).toEqual([undefined, undefined, undefined]);
  });

  test("are left where another process has changed the model, and done by the next run", async () => {
    const url = freshUrl();
    await using driver = await open(url);
    await using _other = await open(url, { types: [{ type: "Else", ...plain }, ...layout.types] });
    expect(await inTurn(driver, [put("a", "any"), put("b", "any")])).toEqual([["left", "left"]]);
    await driver.apply([[put("a", "any")]]);
    expect(await inTurn(driver, [put("a", 1), put("b", "any")])).toMatchObject([[done(2), done(1)]]);
  });

  test("wait behind whoever writes the same, and are left where he was faster", async () => {
    const url = freshUrl();
    await using driver = await open(url);
    await using other = await open(url);
    await driver.apply([[put("a", "any"), put("b", "any")]]);
    let told: Promise<unknown> = Promise.resolve();
    await other.transaction("write", async (writer) => {
      await writer.apply([[put("b", 1)]]);
      told = inTurn(driver, [put("a", 1), put("b", 1)], [put("c", "any")]);
      await driver.get("default", "Note", ["a"]);
    });
    expect(await told).toEqual([["left", "left"]]);
    expect(await versions(driver, ["a", "b", "c"])).toEqual([1, 2, undefined]);
  });
});

test("a round that has begun behind one whose commit fails is undone with it", async () => {
  const schema = `turns_${randomUUID().replaceAll("-", "")}`;
  await using driver = await open(`${sharedServerUrl()}&schema=${schema}`);
  // What a server may find only as it commits, a conflict say.
  await admin.query(`create function ${schema}.fail() returns trigger language plpgsql
    as $$ begin raise exception 'a conflict' using errcode = '40001'; end $$`);
  await admin.query(`create constraint trigger late after insert on ${schema}."Note" deferrable initially deferred
    for each row when (new.rank = 13) execute function ${schema}.fail()`);
  const told = await inTurn(driver, [put("a", "any", 13), put("b", "any")], [put("c", "any"), put("d", "any")]);
  expect(told).toEqual([
    ["left", "left"],
    ["left", "left"],
  ]);
  expect(await versions(driver, ["a", "b", "c", "d"])).toEqual([undefined, undefined, undefined, undefined]);
});

const upTo = (most: number): readonly number[] => Array.from({ length: most }, (_, at) => at + 1);

const places: readonly Place[] = [
  ...upTo(28).flatMap((message) => [0, 1, 10_000].map((bytes): Place => ({ message, of: "client", bytes }))),
  ...upTo(36).flatMap((message) => [0, 2].map((bytes): Place => ({ message, of: "server", bytes }))),
];

describe("a connection that is cut at any message of two rounds in turn", () => {
  test("leaves each of them done or not, as is told", async () => {
    await using proxy = await PgProxy.start(sharedServerUrl());
    const schema = randomUUID();
    await using direct = await open(`${sharedServerUrl()}&schema=${schema}`);
    await using driver = await open(`${proxy.url}&schema=${schema}&connections=1`);
    const strays: unknown[] = [];
    const outcomes = new Set<string>();
    for (const [nth, place] of places.entries()) {
      const ids = ["a", "b", "c", "d"].map((id) => `${id}-${nth}`);
      const [a = "", b = "", c = "", d = ""] = ids;
      await direct.apply([[put(b, "any")], [put(d, "any")]]);
      await driver.get("default", "Note", ["warm"]);
      proxy.arm({ at: place, strike: "cut" });
      const told = await inTurn(driver, [put(a, "absent"), put(b, 1)], [put(c, "any"), put(d, "present")]);
      proxy.heal();
      const found = await versions(direct, ids);
      const expected = [
        told[0]?.[0] === "left" ? undefined : 1,
        told[0]?.[1] === "left" ? 1 : 2,
        told[1] === undefined || told[1][0] === "left" ? undefined : 1,
        told[1] === undefined || told[1][1] === "left" ? 1 : 2,
      ];
      outcomes.add(expected.join());
      if (told.flat().includes("unknown") || found.join() !== expected.join()) strays.push({ place, told, found });
    }
    expect(strays).toEqual([]);
    // Both, the first alone, and none.
    expect([...outcomes].sort()).toEqual([",1,,1", "1,2,,1", "1,2,1,2"]);
  });
});
