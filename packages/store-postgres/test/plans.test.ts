import { createStore } from "@holdfast/core";
import type { OrderBy, Query, Store, Where } from "@holdfast/core";
import { SqlDriver } from "@holdfast/store-sql";
import type { SqlConnections, Statement } from "@holdfast/store-sql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { index, model, type, unique } from "@holdfast-tooling/sql-fixtures";

import { connectPostgres } from "../src/connections.ts";
import { postgresDialect } from "../src/dialect.ts";
import { parseStoreUrl } from "../src/store-url.ts";
import { freshUrl } from "./fresh-url.ts";

// Real processes and servers take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const item = type("Item", { done: "boolean", email: "string", rank: "number", status: "string" }, [
  index("status", "createdAt"),
  index("rank"),
  unique("email"),
]);

const fresh = type("Fresh", { status: "string" }, [index("status", "createdAt")]);

const url = parseStoreUrl(freshUrl());
const read: Statement[] = [];
let connections: SqlConnections;
let store: Store;

beforeAll(async () => {
  const driver = new SqlDriver({
    dialect: postgresDialect,
    schema: url.schema,
    async connect(options) {
      connections = await connectPostgres(url, options);
      const reading = connections.read.bind(connections);
      connections.read = (statements) => {
        read.push(...statements);
        return reading(statements);
      };
      return connections;
    },
  });
  store = await createStore({ backend: "postgres", driver, options: { model: model(item, fresh) } });
  const bodies = Array.from({ length: 100_000 }, (_, at) => ({
    status: at % 50 === 0 ? null : `s${at % 40}`,
    rank: at % 7 === 0 ? null : at / 3,
    done: at % 2 === 0,
    email: `e${at}@x`,
    text: "x".repeat(300),
  }));
  await store.write(
    bodies.map((body, at) => ({ put: { type: "Item", id: `i${at}`, documentVersion: 1, body }, expect: "any" })),
  );
  // As the server does by itself after a while.
  await connections.read([{ sql: `analyze "${url.schema}"."Item"`, parameters: [] }]);
}, 120_000);
afterAll(() => store.close());

/** What Postgres says of how it runs what a query asks, step by step. */
function planOf(query: Omit<Query, "type">): Promise<string> {
  return planBehind(() => store.find({ type: "Item", ...query }));
}

async function planBehind(call: () => Promise<unknown>): Promise<string> {
  read.length = 0;
  await call();
  const [statement] = read;
  if (statement === undefined) throw new Error("nothing was read");
  const [plan] = await connections.read([{ sql: `explain ${statement.sql}`, parameters: statement.parameters }]);
  return (plan?.rows ?? []).map((row) => String(row["QUERY PLAN"])).join("\n");
}

const conditions: readonly (readonly [string, Where, string, string])[] = [
  ["eq", { status: "s3" }, "Item.status._created._id.index", "(status = 's3'::text)"],
  ["eq null", { rank: null, status: "s3" }, "Item.status._created._id.index", "(status = 's3'::text)"],
  ["in", { email: { in: ["e3@x", "e4@x"] } }, "Item.email.unique", "(email = ANY ('{e3@x,e4@x}'::text[]))"],
  ["in, of numbers", { rank: { in: [5, 7] } }, "Item.rank._id.index", "(rank = ANY ('{5,7}'::double precision[]))"],
  [
    "a range",
    { rank: { gte: 10, lt: 12 } },
    "Item.rank._id.index",
    "(rank >= '10'::double precision) AND (rank < '12'",
  ],
  [
    "startsWith",
    { email: { startsWith: "e399" } },
    "Item.email.unique",
    "(email >= 'e399'::text) AND (email < 'e39:'::text)",
  ],
  ["an id's startsWith", { id: { startsWith: "i399" } }, "Item.key", "(_id >= 'i399'::text) AND (_id < 'i39:'::text)"],
];

describe("conditions", () => {
  test.for(conditions)("%s runs on an index", async ([, where, wanted, part]) => {
    const plan = await planOf({ where });
    expect(plan).toContain(`"${wanted}"`);
    expect(
      plan
        .split("\n")
        .filter((line) => line.includes("Index Cond"))
        .join(),
    ).toContain(part);
    expect(plan).not.toContain("Seq Scan");
  });
});

const orders: readonly (readonly [string, readonly OrderBy[] | undefined, string])[] = [
  ["insertion order", undefined, "Item._created._id.index"],
  ["a declared index", [by("rank")], "Item.rank._id.index"],
  ["a declared index, backwards", [by("rank", "desc")], "Item.rank._id.index"],
  ["a declared index of two fields", [by("status"), by("createdAt")], "Item.status._created._id.index"],
  ["the id", [by("id", "desc")], "Item.key"],
];

describe("pages", () => {
  test.for(orders)("along %s are read from it, the first and those behind a token", async ([, orderBy, wanted]) => {
    const order = orderBy === undefined ? {} : { orderBy };
    const first = await planOf({ ...order, limit: 10 });
    expect(first).toContain(`using "${wanted}"`);
    expect(first).not.toContain("Sort");

    const { next = "" } = await store.find({ type: "Item", ...order, limit: 700 });
    const plan = await planOf({ ...order, limit: 10, after: next });
    const scans = plan.split("\n").filter((line) => line.includes("Scan"));
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) expect(scan.replace(" Backward", "")).toContain(`Index Scan using "${wanted}"`);
  });
});

test("pages of a table that was never looked at are read from the index, too", async () => {
  // The server would look at it by itself sooner or later.
  const table = `"${url.schema}"."Fresh"`;
  await connections.read([{ sql: `alter table ${table} set (autovacuum_enabled = off)`, parameters: [] }]);
  const bodies = Array.from({ length: 2_000 }, (_, at) => ({ status: `s${at % 4}` }));
  await store.write(
    bodies.map((body, at) => ({ put: { type: "Fresh", id: `f${at}`, documentVersion: 1, body }, expect: "any" })),
  );
  const asked = { type: "Fresh", where: { status: "s1" }, orderBy: [by("createdAt", "desc")], limit: 50 } as const;
  const plan = await planBehind(() => store.find(asked));
  expect(plan).toContain('Scan Backward using "Fresh.status._created._id.index"');
  expect(plan).not.toContain("Sort");
});

describe("records that are read by many ids", () => {
  const ids = Array.from({ length: 64 }, (_, at) => `i${at * 1_001}`);

  test("are found one by one by their key", async () => {
    const plan = await planBehind(() => store.get("Item", ids));
    expect(plan).toContain('using "Item.key"');
    expect(plan).toContain("(_id = asked.id)");
  });
});

function by(field: string, direction: OrderBy["direction"] = "asc"): OrderBy {
  return { field, direction };
}
