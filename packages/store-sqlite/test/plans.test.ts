import { createStore } from "@holdfast/core";
import type { OrderBy, Query, Store, Where } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";
import type { SqlConnections, Statement } from "@holdfast/store-sql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { index, model, type, unique } from "@holdfast-tooling/sql-fixtures";

import { connectSqlite } from "../src/connections.ts";
import { sqliteDialect } from "../src/dialect.ts";

const item = type("Item", { done: "boolean", email: "string", rank: "number", status: "string" }, [
  index("status", "createdAt"),
  index("rank"),
  unique("email"),
]);

const read: Statement[] = [];
let connections: SqlConnections;
let store: Store;

beforeAll(async () => {
  const driver = new SqlDriver({
    dialect: sqliteDialect,
    async connect(options) {
      connections = await connectSqlite(":memory:", options);
      const reading = connections.read.bind(connections);
      connections.read = (statements) => {
        read.push(...statements);
        return reading(statements);
      };
      return connections;
    },
  });
  store = await createStore({ backend: "sqlite", driver, options: { model: model(item) } });
  const bodies = Array.from({ length: 100_000 }, (_, at) => ({
    status: at % 50 === 0 ? null : `s${at % 40}`,
    rank: at % 7 === 0 ? null : at / 3,
    done: at % 2 === 0,
    email: `e${at}@x`,
  }));
  await store.write(
    bodies.map((body, at) => ({ put: { type: "Item", id: `i${at}`, documentVersion: 1, body }, expect: "any" })),
  );
}, 120_000);
afterAll(() => store.close());

/** What SQLite says of how it runs what a query asks, step by step. */
async function planOf(query: Omit<Query, "type">): Promise<readonly string[]> {
  read.length = 0;
  await store.find({ type: "Item", ...query });
  const [statement] = read;
  if (statement === undefined) throw new Error("nothing was read");
  const { sql, parameters } = statement;
  const [plan] = await connections.read([{ sql: `explain query plan ${sql}`, parameters }]);
  return (plan?.rows ?? []).map((row) => String(row["detail"]));
}

const conditions: readonly (readonly [string, Where, string])[] = [
  ["eq", { status: "s3" }, "Item.status._created._id.index (_tenant=? AND status=?)"],
  ["eq null", { rank: null }, "Item.rank._id.index (_tenant=? AND rank=?)"],
  ["in", { status: { in: ["s3", "s4"] } }, "Item.status._created._id.index (_tenant=? AND status=?)"],
  ["in, of numbers", { rank: { in: [1 / 3, 2 / 3] } }, "Item.rank._id.index (_tenant=? AND rank=?)"],
  ["a range", { rank: { gte: 10, lt: 12 } }, "Item.rank._id.index (_tenant=? AND rank>? AND rank<?)"],
  ["startsWith", { email: { startsWith: "e39" } }, "Item.email.unique (_tenant=? AND email>? AND email<?)"],
  ["an id's startsWith", { id: { startsWith: "i39" } }, "sqlite_autoindex_Item_1 (_tenant=? AND _id>? AND _id<?)"],
];

describe("conditions", () => {
  test.for(conditions)("%s runs on an index", async ([, where, wanted]) => {
    expect(await planOf({ where })).toContainEqual(`SEARCH Item USING INDEX ${wanted}`);
  });
});

const orders: readonly (readonly [string, readonly OrderBy[] | undefined, string])[] = [
  ["insertion order", undefined, "Item._created._id.index"],
  ["a declared index", [by("rank")], "Item.rank._id.index"],
  ["a declared index, backwards", [by("rank", "desc")], "Item.rank._id.index"],
  ["a declared index of two fields", [by("status"), by("createdAt")], "Item.status._created._id.index"],
  ["the id", [by("id", "desc")], "sqlite_autoindex_Item_1"],
];

describe("pages", () => {
  test.for(orders)("along %s are read from it, the first and those behind a token", async ([, orderBy, wanted]) => {
    const order = orderBy === undefined ? {} : { orderBy };
    const first = await planOf({ ...order, limit: 10 });
    expect(first).toEqual([`SEARCH Item USING INDEX ${wanted} (_tenant=?)`]);

    const { next = "" } = await store.find({ type: "Item", ...order, limit: 700 });
    const steps = (await planOf({ ...order, limit: 10, after: next })).filter((step) => step.includes("Item"));
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(step).toContain(`SEARCH Item USING INDEX ${wanted} (_tenant=? AND `);
  });
});

test("a query that is asked again is not compiled anew for its other values", async () => {
  // The driver makes a new function for rows each time that SQLite has compiled their statement.
  const compiled = vi.spyOn(globalThis, "Function");
  const ask = async (at: number): Promise<void> => {
    const { next = "" } = await store.find({ type: "Item", where: { status: `s${at}` }, limit: 2 });
    await store.find({ type: "Item", where: { status: `s${at}` }, limit: 2, after: next });
    await store.find({ type: "Item", where: { rank: { gte: at } }, orderBy: [by("rank")], limit: 2 });
    await store.count("Item", { email: { startsWith: `e${at}` } });
    await store.get("Item", [`i${at}`]);
  };
  for (let at = 0; at < 20; at++) await ask(at);
  const [forms, preparing] = [5, 2];
  expect(compiled).toHaveBeenCalled();
  expect(compiled.mock.calls.length).toBeLessThanOrEqual(forms * preparing);
  compiled.mockRestore();
});

function by(field: string, direction: OrderBy["direction"] = "asc"): OrderBy {
  return { field, direction };
}
